package dev.nodepool.runner.listing;

import java.util.ArrayList;
import java.util.List;

/** A table in the form of Python's PrettyTable, everything to the left. */
public final class TextTable {

    private TextTable() {}

    /**
     * The table without a line end after it.
     *
     * @param rows one cell for each header; a line end in a cell gives the row more lines
     */
    public static String of(List<String> headers, List<List<String>> rows) {
        List<List<List<String>>> cells = new ArrayList<>();
        cells.add(split(headers));
        rows.forEach(row -> cells.add(split(row)));
        int[] widths = widths(headers.size(), cells);
        String rule = rule(widths);
        StringBuilder table = new StringBuilder(rule).append('\n');
        // PrettyTable gives a table without columns a header all the same, and each row of it an empty line.
        append(table, headers.isEmpty() ? List.of() : cells.get(0), widths, "||");
        table.append(rule);
        for (List<List<String>> row : cells.subList(1, cells.size())) {
            table.append('\n');
            append(table, row, widths, "");
            table.setLength(table.length() - 1);
        }
        return table.append('\n').append(rule).toString();
    }

    private static void append(StringBuilder table, List<List<String>> row, int[] widths, String withoutColumns) {
        if (row.isEmpty()) {
            table.append(withoutColumns).append('\n');
            return;
        }
        int height = row.stream().mapToInt(List::size).max().orElse(1);
        for (int line = 0; line < height; line++) {
            table.append('|');
            for (int column = 0; column < widths.length; column++) {
                List<String> cell = row.get(column);
                String text = line < cell.size() ? cell.get(line) : "";
                table.append(' ')
                        .append(text)
                        .append(" ".repeat(widths[column] - DisplayWidth.of(text)))
                        .append(" |");
            }
            table.append('\n');
        }
    }

    private static List<List<String>> split(List<String> cells) {
        return cells.stream().map(cell -> List.of(cell.split("\n", -1))).toList();
    }

    private static int[] widths(int columns, List<List<List<String>>> rows) {
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int column = 0; column < columns; column++) {
                for (String line : row.get(column)) {
                    widths[column] = Math.max(widths[column], DisplayWidth.of(line));
                }
            }
        });
        return widths;
    }

    private static String rule(int[] widths) {
        if (widths.length == 0) {
            return "++";
        }
        StringBuilder rule = new StringBuilder("+");
        for (int width : widths) {
            rule.append("-".repeat(width + 2)).append('+');
        }
        return rule.toString();
    }
}
