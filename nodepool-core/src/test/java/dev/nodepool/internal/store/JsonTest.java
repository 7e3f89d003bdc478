package dev.nodepool.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.Amounts;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records survive us with every value as it was. */
class JsonTest {

    private static Document read(String json) throws Json.Unreadable {
        return Json.read(json.getBytes(UTF_8));
    }

    private static String written(Map<String, Object> fields) {
        return new String(Json.write(new Document(fields)), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "2147483648",
                "9223372036854775807",
                "18446744073709551616",
                "-170141183460469231731687303715",
                "1795349920.53",
                "0.1",
                "4.0",
                "0.0001",
                "123456789012345.6",
                "1795349920.1234567",
                "0.12345678901234567890123",
                "NaN",
                "Infinity",
                "-Infinity",
                "\"x\"",
                "null",
                "true",
                "[]",
                "{}",
                "[1.5,{\"a\":18446744073709551616},null]",
                "\"\\u00fc\\u20ac\"",
                "\"\\ud83d\\ude00\"",
                "\"\\ud83d\"",
                "\"\\n\\\"\\\\\""
            })
    void valueIsWrittenAsItWasRead(String value) throws Exception {
        var json = "{\"state\":" + value + "}";
        assertThat(new String(Json.write(read(json)), UTF_8)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "1e-400", "1.5e16", "1e22", "5e-324", "1.7976931348623157e308"})
    void valueWithAnExponentKeepsItsSize(String value) throws Exception {
        var again = Json.read(Json.write(read("{\"x\":" + value + "}"))).get("x");
        assertThat(new java.math.BigDecimal(String.valueOf(again))).isEqualByComparingTo(value);
    }

    @Test
    void writesWhatPythonWouldWithoutItsBlanks() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("state_time", 1795349920.53);
        fields.put("ünïcode", List.of("€", 1L, 2.0, 1e-7, 1e300));
        assertThat(written(fields))
                .isEqualTo("{\"state_time\":1795349920.53,"
                        + "\"\\u00fcn\\u00efcode\":[\"\\u20ac\",1,2.0,1.0E-7,1.0E300]}");
    }

    @Test
    void decimalsAreOrdinaryNumbersForWhoeverReadsThem() throws Exception {
        assertThat(read("{\"a\": 0.1, \"b\": 1e3, \"c\": [4.0]}").fields())
                .isEqualTo(Map.of("a", 0.1, "b", 1000.0, "c", List.of(4.0)));
    }

    @Test
    void amountsTooLargeForUsAreTheLargestThereAre() throws Exception {
        var node = new Node(
                "0000000000",
                read("{\"state\":\"ready\",\"resources\":{\"cores\":4.0,\"ram\":18446744073709551616,\"x\":1e400}}"));
        assertThat(node.resources())
                .contains(new Amounts(Map.of("cores", 4L, "ram", Long.MAX_VALUE, "x", Long.MAX_VALUE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{} {}", "[]", "null", "\"x\"", "{'a':1}", "{\"a\":}", "\u0000"})
    void whatIsNoObjectIsUnreadableWithAReason(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(Json.Unreadable.class)
                .message()
                .isNotBlank();
    }

    @Test
    void badUtf8IsUnreadable() {
        for (var bytes : List.of(
                new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
                new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xc3, '"', '}'},
                new byte[] {(byte) 0x80})) {
            assertThatThrownBy(() -> Json.read(bytes)).isInstanceOf(Json.Unreadable.class);
        }
    }

    @Test
    void nestingWithoutEndIsUnreadableAndHarmless() {
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000))).isInstanceOf(Json.Unreadable.class);
    }
}
