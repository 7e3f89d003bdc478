package dev.nodepool.runner.listing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as the JSON that Python's encoder writes. */
final class JsonRows {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();

    private JsonRows() {}

    static <T> String of(List<Column<T>> columns, Collection<? extends T> rows, Instant now) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            json.writeStartArray();
            for (T row : rows) {
                json.writeStartObject();
                for (Column<T> column : columns) {
                    json.writeFieldName(column.key());
                    write(json, column.json().of(row, now));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A row, cut at each place that a value belongs to which ages. */
    static <T> List<String> parts(List<Column<T>> columns, T row) {
        StringWriter text = new StringWriter();
        List<String> parts = new ArrayList<>();
        int begin = 0;
        try (JsonGenerator json = generator(text)) {
            json.writeStartObject();
            for (Column<T> column : columns) {
                json.writeFieldName(column.key());
                if (column.ages()) {
                    json.writeRawValue("");
                    json.flush();
                    parts.add(text.getBuffer().substring(begin));
                    begin = text.getBuffer().length();
                } else {
                    write(json, column.json().of(row, Instant.EPOCH));
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        parts.add(text.getBuffer().substring(begin));
        return parts;
    }

    static String ofValue(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static JsonGenerator generator(StringWriter text) throws IOException {
        JsonGenerator json = FACTORY.createGenerator(text);
        json.setPrettyPrinter(new Blanks());
        json.setCharacterEscapes(new Delete());
        return json;
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Double number) {
            json.writeNumber(number(number));
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> field : map.entrySet()) {
                json.writeFieldName(String.valueOf(field.getKey()));
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : PythonText.number(value);
    }

    /** Python escapes this one of the ASCII characters, too. */
    private static final class Delete extends CharacterEscapes {

        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }

    /** Blanks where Python puts them. */
    private static final class Blanks extends MinimalPrettyPrinter {

        private static final long serialVersionUID = 1L;

        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator json) throws IOException {
            json.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator json) throws IOException {
            json.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            json.writeRaw(", ");
        }
    }
}
