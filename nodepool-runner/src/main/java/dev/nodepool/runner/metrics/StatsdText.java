package dev.nodepool.runner.metrics;

import dev.nodepool.metrics.Figure;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Figures as lines for statsd, as Python's client writes them, and lines in packets. */
final class StatsdText {

    /** What every network passes on in one piece. */
    static final int PACKET_BYTES = 512;

    /** They end the name or begin a tag or another line. */
    private static final Pattern MEANS_SOMETHING = Pattern.compile("[:|@#\\s\\p{Cntrl}]");

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private StatsdText() {}

    static String count(Figure figure, long more) {
        return name(figure) + ":" + more + "|c";
    }

    /** A number with a sign is added to the gauge, so that a negative one has to start from zero. */
    static String gauge(Figure figure, long value) {
        String name = name(figure);
        String line = name + ":" + value + "|g";
        return value < 0 ? name + ":0|g\n" + line : line;
    }

    /** The counter beside the timer is what Python sends, and what dashboards sum up. */
    static String time(Figure figure, Duration took) {
        String name = name(figure);
        String milliseconds = new BigDecimal(took.toNanos() / NANOS_PER_MILLISECOND)
                .setScale(6, RoundingMode.HALF_UP)
                .toPlainString();
        return name + ":" + milliseconds + "|ms\n" + name + ":1|c";
    }

    private static String name(Figure figure) {
        return MEANS_SOMETHING.matcher(figure.text()).replaceAll("_");
    }

    /** Joins lines to packets of at most {@link #PACKET_BYTES}; a longer line gets one of its own. */
    static List<byte[]> packets(List<String> lines) {
        List<byte[]> packets = new ArrayList<>();
        StringBuilder packet = new StringBuilder();
        int bytes = 0;
        for (String line : lines) {
            int more = line.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > 0 && bytes + 1 + more > PACKET_BYTES) {
                packets.add(packet.toString().getBytes(StandardCharsets.UTF_8));
                packet.setLength(0);
                bytes = 0;
            }
            if (bytes > 0) {
                packet.append('\n');
                bytes++;
            }
            packet.append(line);
            bytes += more;
        }
        if (bytes > 0) {
            packets.add(packet.toString().getBytes(StandardCharsets.UTF_8));
        }
        return packets;
    }
}
