package dev.nodepool.internal.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.nodepool.model.Document;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records as bytes. Lenient in reading, since Python writes NaN and Infinity; written in ASCII, as Python does. Thread-safe.
 */
public final class Json {

    /** Why an empty record can not be read. */
    public static final String EMPTY = "it is empty";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .addModule(new SimpleModule().addSerializer(Double.class, new Numbers.AsPython()))
            .build();
    private static final ObjectReader READER =
            MAPPER.readerFor(new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});
    private static final ObjectWriter WRITER = MAPPER.writer();

    private Json() {}

    /** @throws Unreadable when the bytes are no JSON object */
    public static Document read(byte[] data) throws Unreadable {
        if (data.length == 0) {
            throw new Unreadable(EMPTY);
        }
        try {
            Map<String, @Nullable Object> fields = READER.readValue(data);
            if (fields == null) {
                throw new Unreadable("it is null, not an object");
            }
            fields.replaceAll((name, value) -> Numbers.plain(value));
            return new Document(fields);
        } catch (JsonProcessingException e) {
            throw new Unreadable("it is no JSON object: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new Unreadable("it can not be read: " + e.getMessage());
        }
    }

    public static byte[] write(Document document) {
        try {
            return WRITER.writeValueAsBytes(document.fields());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a record holds something that is no JSON value", e);
        }
    }

    /** Data that is no record; says why. */
    public static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason);
        }
    }
}
