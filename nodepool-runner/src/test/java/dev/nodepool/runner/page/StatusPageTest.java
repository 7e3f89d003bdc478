package dev.nodepool.runner.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.web.Overviews;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class StatusPageTest {

    private static final Readiness READY = new Readiness(true, List.of(), List.of());

    private static String page(Readiness readiness, Overview overview) {
        return new StatusPage("launcher.example.org", "1.0").html(readiness, Optional.of(overview), Overviews.NOW);
    }

    private static Overview nodes(List<NodeView> nodes) {
        return new Overview(true, nodes, List.of(), Map.of(), List.of(), List.of(), List.of());
    }

    @Test
    void showsRequestsWithTheirReasons() {
        assertThat(page(READY, Overviews.some()))
                .contains("<a href=\"/requests/200-0000000004\">200-0000000004</a>")
                .contains("<td>centos-7\u00a0×\u00a02</td>")
                .contains("north/main waits: the pool has 0 of 5 instances free, the request needs 2")
                .contains("being served: 0000000002");
    }

    @Test
    void showsHowMuchOfTheQuotaIsTaken() {
        assertThat(page(READY, Overviews.some()))
                .contains("<meter min=\"0\" max=\"10\" value=\"5\" aria-label=\"north instances 5 of 10\"></meter>")
                .contains("cores 20 of 40")
                .contains("ram 0 of 9223372 MiB")
                .contains("<td class=\"good\">available</td>");
    }

    @Test
    void countsNodesByStateAndAge() {
        assertThat(page(READY, Overviews.some()))
                .contains("<th scope=\"row\">building</th><td class=\"number\" data-sort=\"1\">1</td>")
                .contains("2001:db8::1");
    }

    @Test
    void showsImagesWithBuildsAndUploads() {
        assertThat(page(READY, Overviews.some()))
                .contains("build 0000000001")
                .contains("upload 0000000001 of 0000000001")
                .contains("centos-7-1576922900");
    }

    @Test
    void saysWhatIsWrong() {
        Readiness readiness = new Readiness(
                false, List.of("provider north"), List.of("provider south: no driver"), List.of("a remark"));
        Overview all = new Overview(
                true,
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(Overviews.provider("the provider does not answer: timeout")));
        assertThat(page(readiness, all))
                .contains(
                        "Not ready yet.", "Waiting for provider north", "Failed: provider south: no driver", "a remark")
                .contains("<td class=\"bad\">the provider does not answer: timeout</td>");
        Overview old = new Overview(false, List.of(), List.of(), Map.of(), List.of(), List.of(), List.of());
        assertThat(page(READY, old)).contains("ZooKeeper is not reached at present");
    }

    @Test
    void saysThatThereIsNothing() {
        assertThat(page(READY, Overviews.EMPTY))
                .contains("No request waits.", "There are no nodes.", "There are no images.", "has no provider.");
    }

    /** Who may write into ZooKeeper must not get into the browsers of operators. */
    @Test
    void recordsCanNotBecomeMarkup() {
        String evil = "<script>alert('x')</script>\"&";
        Overview all = new Overview(
                true,
                List.of(Overviews.node(evil, evil)),
                List.of(Overviews.request("100-" + evil, evil)),
                Map.of(),
                List.of(evil),
                List.of(),
                List.of(Overviews.provider(evil)));
        String page = page(new Readiness(false, List.of(evil), List.of(evil), List.of(evil)), all);
        assertThat(page)
                .doesNotContain("<script>alert")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;");
        assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(1);
    }

    @Test
    void showsSomeOfVeryMany() {
        String page = page(READY, nodes(Collections.nCopies(5_000, Overviews.node("0000000001", "ready"))));
        assertThat(page).contains("5000 nodes; the 300 that did not change for longest are shown");
        assertThat(page.length()).isLessThan(200_000);
    }
}
