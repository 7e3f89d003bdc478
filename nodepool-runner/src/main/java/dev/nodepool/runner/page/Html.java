package dev.nodepool.runner.page;

import java.util.Collection;
import java.util.List;

/** Writes HTML; whatever comes from records or configurations is escaped. Not thread-safe. */
final class Html {

    private final StringBuilder text = new StringBuilder(16_384);

    /** Mark-up of our own. */
    Html raw(String markup) {
        text.append(markup);
        return this;
    }

    /** Anything else. */
    Html text(String plain) {
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\'' -> text.append("&#39;");
                default -> text.append(c);
            }
        }
        return this;
    }

    /** An element around text. */
    Html element(String name, String content) {
        return raw("<" + name + ">").text(content).raw("</" + name.split(" ")[0] + ">");
    }

    /**
     * The beginning of a table, up to its rows, which {@link #endTable} follows.
     *
     * @param id of the table; its heading is {@code id-h}
     */
    Html table(String id, List<String> headers) {
        raw("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"" + id + "-h\"><table id=\"" + id
                + "\" aria-labelledby=\"" + id + "-h\"><thead><tr>");
        headers.forEach(header -> element("th scope=\"col\"", header));
        return raw("</tr></thead><tbody id=\"" + id + "-rows\">");
    }

    /** A row without cells that says that there is nothing. */
    Html none(int columns, String why) {
        return raw("<tr class=\"none\"><td colspan=\"" + columns + "\">")
                .text(why)
                .raw("</td></tr>");
    }

    Html cell(String content) {
        return element("td", content);
    }

    /** A cell that is sorted by something else than what it shows. */
    Html cell(String content, long sortedBy) {
        return raw("<td data-sort=\"" + sortedBy + "\">").text(content).raw("</td>");
    }

    Html lines(Collection<String> lines) {
        raw("<td>");
        String between = "";
        for (String line : lines) {
            raw(between).text(line);
            between = "<br>";
        }
        return raw("</td>");
    }

    Html endTable() {
        return raw("</tbody></table></div>");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
