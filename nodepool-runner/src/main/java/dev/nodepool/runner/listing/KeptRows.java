package dev.nodepool.runner.listing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A long table as JSON, of which only rows that have changed are made anew; ages are filled in. The bytes are those of
 * {@link Listing#json}. Thread-safe.
 */
public final class KeptRows<T> {

    private record Kept<T>(T row, List<byte[]> parts) {}

    private final List<Column<T>> columns;
    private final List<Column<T>> ages;
    private final Function<T, String> id;
    private final BiPredicate<T, T> same;
    private final Map<String, Kept<T>> kept = new ConcurrentHashMap<>();
    private volatile int size;

    /**
     * @param id tells a row from the others of its table
     * @param same whether two rows of one id show the same but for their ages; must be cheap
     */
    public KeptRows(Listing<T> listing, Function<T, String> id, BiPredicate<T, T> same) {
        this.columns = listing.columns();
        this.ages = columns.stream().filter(Column::ages).toList();
        this.id = id;
        this.same = same;
    }

    /** All rows of the table; what is not among them is not kept any longer. */
    public byte[] json(Collection<? extends T> rows, Instant now) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(size + size / 8 + 64);
        json.write('[');
        boolean first = true;
        for (T row : rows) {
            if (!first) {
                json.write(',');
                json.write(' ');
            }
            first = false;
            write(json, row, now);
        }
        json.write(']');
        size = json.size();
        forget(rows);
        return json.toByteArray();
    }

    private void write(ByteArrayOutputStream json, T row, Instant now) {
        List<byte[]> parts = parts(row);
        json.writeBytes(parts.get(0));
        for (int age = 0; age < ages.size(); age++) {
            json.writeBytes(bytes(value(ages.get(age).json().of(row, now))));
            json.writeBytes(parts.get(age + 1));
        }
    }

    private List<byte[]> parts(T row) {
        Kept<T> known = kept.get(id.apply(row));
        if (known == null || !same.test(known.row(), row)) {
            known = new Kept<>(
                    row,
                    JsonRows.parts(columns, row).stream().map(KeptRows::bytes).toList());
            kept.put(id.apply(row), known);
        }
        return known.parts();
    }

    private void forget(Collection<? extends T> rows) {
        if (kept.size() > rows.size()) {
            Set<String> current = new HashSet<>();
            rows.forEach(row -> current.add(id.apply(row)));
            kept.keySet().retainAll(current);
        }
    }

    /** Ages are digits and colons, which a generator would only copy. */
    private static String value(@Nullable Object value) {
        return value instanceof String text && text.chars().allMatch(c -> c >= '-' && c <= ':')
                ? '"' + text + '"'
                : JsonRows.ofValue(value);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
