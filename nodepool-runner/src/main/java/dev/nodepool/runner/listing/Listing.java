package dev.nodepool.runner.listing;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A table with fixed columns that turns rows into text or JSON. Immutable. */
public final class Listing<T> {

    private final List<Column<T>> columns;

    public Listing(List<Column<T>> columns) {
        this.columns = List.copyOf(columns);
    }

    public List<Column<T>> columns() {
        return columns;
    }

    /** The first columns only. */
    public Listing<T> first(int count) {
        return new Listing<>(columns.subList(0, count));
    }

    /** Some of the columns, in the order of the table; keys it does not know count for nothing. */
    public Listing<T> only(Collection<String> keys) {
        Set<String> wanted = Set.copyOf(keys);
        return new Listing<>(
                columns.stream().filter(column -> wanted.contains(column.key())).toList());
    }

    /**
     * The rows as a text table, without a line end after it.
     *
     * @param now the moment that ages count to
     */
    public String text(Collection<? extends T> rows, Instant now) {
        return TextTable.of(
                columns.stream().map(Column::header).toList(),
                rows.stream()
                        .map(row -> columns.stream()
                                .map(column -> PythonText.cell(column.text().of(row, now)))
                                .toList())
                        .toList());
    }

    /**
     * The rows as a JSON array of objects with all columns, in one line without an end, in the bytes of Python's encoder:
     * blanks after commas and colons, and nothing but ASCII.
     */
    public String json(Collection<? extends T> rows, Instant now) {
        return JsonRows.of(columns, rows, now);
    }
}
