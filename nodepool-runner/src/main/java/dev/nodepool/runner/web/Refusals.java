package dev.nodepool.runner.web;

/** Answers of errors, in the words and forms of Python's web framework, which scripts may look at. */
final class Refusals {

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
        return switch (Accept.of(query).orElse(Accept.TEXT)) {
            case TEXT -> text(status, title, explanation);
            case JSON ->
                Answer.of(
                                status,
                                Answer.JSON,
                                "{\"message\": \"%s<br /><br />\\n\\n\\n\", \"code\": \"%d %s\", \"title\": \"%s\"}"
                                        .formatted(explanation, status, title, title))
                        .unkept();
            case HTML ->
                Answer.of(status, Answer.HTML, """
                            <html>
                             <head>
                              <title>%d %s</title>
                             </head>
                             <body>
                              <h1>%d %s</h1>
                              %s<br /><br />
                             </body>
                            </html>""".formatted(status, title, status, title, explanation))
                        .unkept();
        };
    }

    private static Answer text(int status, String title, String explanation) {
        return Answer.text(status, "%d %s\n\n%s\n\n   ".formatted(status, title, explanation))
                .unkept();
    }
}
