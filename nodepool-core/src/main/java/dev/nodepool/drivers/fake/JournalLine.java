package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.Instance.Addresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A change as one line of text: fields between tabs, the kind of change first, maps as key and value in turn. */
final class JournalLine {

    private static final int AMOUNTS = 13;
    private static final int IMAGE_METADATA = 5;

    private JournalLine() {}

    /** The line without its end. */
    static String write(Change change) {
        var fields = new ArrayList<String>();
        if (change instanceof Change.PutServer put) {
            fields.add("server");
            addServer(fields, put.server());
        } else if (change instanceof Change.DropServer drop) {
            fields.addAll(List.of("-server", drop.id()));
        } else if (change instanceof Change.PutImage put) {
            var image = put.image();
            fields.addAll(List.of("image", image.id(), image.name(), Long.toString(image.size()), image.sha256()));
            addMap(fields, image.metadata());
        } else if (change instanceof Change.DropImage drop) {
            fields.addAll(List.of("-image", drop.id()));
        }
        return String.join("\t", fields.stream().map(JournalLine::escape).toList());
    }

    /** @throws IOException when the line is not one of ours */
    static Change read(String line) throws IOException {
        var fields = new ArrayList<String>();
        for (var field : line.split("\t", -1)) {
            fields.add(unescape(field));
        }
        try {
            return switch (fields.get(0)) {
                case "server" -> new Change.PutServer(server(fields));
                case "-server" -> new Change.DropServer(fields.get(1));
                case "image" ->
                    new Change.PutImage(new FakeImage(
                            fields.get(1),
                            fields.get(2),
                            Long.parseLong(fields.get(3)),
                            fields.get(4),
                            map(fields, IMAGE_METADATA)));
                case "-image" -> new Change.DropImage(fields.get(1));
                default -> throw new IOException("unknown line in the state of the fake cloud: " + line);
            };
        } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new IOException("damaged line in the state of the fake cloud: " + line, damaged);
        }
    }

    private static void addServer(List<String> fields, FakeServer server) {
        var addresses = server.addresses();
        fields.addAll(List.of(server.id(), server.name(), server.zone(), server.image()));
        fields.add(orEmpty(addresses.preferred()));
        fields.add(orEmpty(addresses.publicIpv4()));
        fields.add(orEmpty(addresses.privateIpv4()));
        fields.add(orEmpty(addresses.publicIpv6()));
        fields.add(Boolean.toString(server.hostKeys()));
        fields.add(Boolean.toString(server.broken()));
        fields.add(server.createdAt() + " " + server.usableAt() + " " + server.goneAt());
        var amounts = new TreeMap<String, String>();
        server.amounts().byName().forEach((name, amount) -> amounts.put(name, Long.toString(amount)));
        fields.add(Integer.toString(amounts.size()));
        addMap(fields, amounts);
        addMap(fields, server.metadata());
    }

    private static FakeServer server(List<String> fields) {
        var times = fields.get(11).split(" ");
        var firstMetadata = AMOUNTS + 2 * Integer.parseInt(fields.get(12));
        var amounts = new TreeMap<String, Long>();
        map(fields.subList(0, firstMetadata), AMOUNTS)
                .forEach((name, amount) -> amounts.put(name, Long.valueOf(amount)));
        return new FakeServer(
                fields.get(1),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                new Amounts(amounts),
                map(fields, firstMetadata),
                new Addresses(
                        orNull(fields.get(5)), orNull(fields.get(6)), orNull(fields.get(7)), orNull(fields.get(8))),
                Boolean.parseBoolean(fields.get(9)),
                Long.parseLong(times[0]),
                Long.parseLong(times[1]),
                Boolean.parseBoolean(fields.get(10)),
                Long.parseLong(times[2]));
    }

    private static void addMap(List<String> fields, Map<String, String> map) {
        map.forEach((key, value) -> fields.addAll(List.of(key, value)));
    }

    private static Map<String, String> map(List<String> fields, int from) {
        var map = new LinkedHashMap<String, String>();
        for (int i = from; i < fields.size(); i += 2) {
            map.put(fields.get(i), fields.get(i + 1));
        }
        return map;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                c = switch (text.charAt(++i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> '\\';
                };
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
