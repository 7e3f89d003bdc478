package dev.nodepool.runner.web;

/** Answers of errors, in the words and forms of Python's web framework, which scripts may look at. */
final class Refusals {

    private static final String JSON_FORM =
            "{\"message\": \"%s<br /><br />\\n\\n\\n\", \"code\": \"%d %s\", \"title\": \"%s\"}";
    private static final String HTML_FORM = """
            <html>
             <head>
              <title>%d %s</title>
             </head>
             <body>
              <h1>%d %s</h1>
              %s<br /><br />
             </body>
            </html>""";

    private Refusals() {}

    static Answer notFound(Query query) {
        return of(query, 404, "Not Found", "The resource could not be found.");
    }

    static Answer unavailable(Query query) {
        return of(
                query,
                503,
                "Service Unavailable",
                "The server is currently unavailable. Please try again at a later time.");
    }

    static Answer wrongMethod(Query query) {
        return of(query, 405, "Method Not Allowed", "Only GET and HEAD are allowed here.")
                .with("Allow", "GET, HEAD");
    }

    static Answer notAcceptable() {
        return text(406, "Not Acceptable", "There are text/plain and application/json.");
    }

    /** Python says no more than that, either. */
    static Answer failed() {
        return Answer.text(500, "Internal Server Error\n").unkept();
    }

    private static Answer of(Query query, int status, String title, String explanation) {
        if (Accept.namesHtml(query)) {
            String html = HTML_FORM.formatted(status, title, status, title, explanation);
            return Answer.of(status, Answer.HTML, html).unkept();
        }
        if (Accept.of(query).filter(best -> best == Accept.JSON).isPresent()) {
            String json = JSON_FORM.formatted(explanation, status, title, title);
            return Answer.of(status, Answer.JSON, json).unkept();
        }
        return text(status, title, explanation);
    }

    private static Answer text(int status, String title, String explanation) {
        return Answer.text(status, "%d %s\n\n%s\n\n   ".formatted(status, title, explanation))
                .unkept();
    }
}
