package dev.nodepool.internal.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers as they stand in records: what is read is written again with the same value. */
final class Numbers {

    private Numbers() {}

    /** JSON values with a double for every decimal number that fits into one without a loss. */
    static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof BigDecimal decimal) {
            var nearest = decimal.doubleValue();
            var exact = Double.isFinite(nearest) && new BigDecimal(Double.toString(nearest)).compareTo(decimal) == 0;
            return exact ? (Object) nearest : decimal;
        } else if (value instanceof Map<?, ?> map) {
            var plain = new LinkedHashMap<String, @Nullable Object>();
            map.forEach((name, field) -> plain.put((String) name, plain(field)));
            return plain;
        } else if (value instanceof List<?> list) {
            var plain = new ArrayList<@Nullable Object>();
            list.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return value;
    }

    /** Doubles in the digits that Python would write, e.g. times without an exponent. */
    static final class AsPython extends JsonSerializer<Double> {

        private static final double FIRST_WITH_EXPONENT = 1e16;

        @Override
        public void serialize(Double value, JsonGenerator to, SerializerProvider unused) throws IOException {
            var size = Math.abs(value);
            if (size >= 1e-4 && size < FIRST_WITH_EXPONENT) {
                var digits = new BigDecimal(Double.toString(value))
                        .stripTrailingZeros()
                        .toPlainString();
                to.writeNumber(digits.contains(".") ? digits : digits + ".0");
            } else {
                to.writeNumber(value);
            }
        }
    }
}
