package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Service;
import dev.nodepool.driver.openstack.rest.Steps;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Reads a list page by page: a service gives no more than it likes at once and says where to go on. */
final class Pages extends Steps<Listing<JsonNode>> {

    private final Function<Call, CompletableFuture<Answer>> send;
    private final Call first;
    private final String field;
    private final List<JsonNode> items = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();

    private Pages(Function<Call, CompletableFuture<Answer>> send, Call first, String field) {
        this.send = send;
        this.first = first;
        this.field = field;
    }

    /**
     * All items of a list. A list whose later pages can not be had because the item they begin after is gone is answered
     * as not complete.
     *
     * @param field where the items are in the answer
     */
    static CompletableFuture<Listing<JsonNode>> read(
            Function<Call, CompletableFuture<Answer>> send, Call first, String field) {
        var pages = new Pages(send, first, field);
        pages.page(first);
        return pages.result();
    }

    private void page(Call call) {
        asked.add(call.path());
        then(send.apply(call), this::add, failure -> {
            var gone = failure.fault() == Fault.NOT_FOUND
                    || failure.fault() == Fault.UNEXPECTED
                    || failure.fault() == Fault.INVALID_CONFIGURATION;
            if (gone && call != first) {
                succeed(Listing.partial(items));
            } else {
                fail(failure);
            }
        });
    }

    private void add(Answer answer) {
        try {
            var body = answer.json();
            if (!body.path(field).isArray()) {
                throw new DriverException(Fault.UNAVAILABLE, first + " answered without \"" + field + "\"");
            }
            body.path(field).forEach(items::add);
            var next = next(body);
            if (next.isEmpty()) {
                succeed(Listing.complete(items));
            } else if (asked.contains(next.get())) {
                // It would go on for ever.
                succeed(Listing.partial(items));
            } else {
                page(first.at(next.get()));
            }
        } catch (DriverException e) {
            fail(e);
        }
    }

    /** Only the query of the link counts: its host is what the service takes itself for, which need not be right. */
    private Optional<String> next(JsonNode body) {
        return link(body).flatMap(link -> {
            try {
                return Optional.ofNullable(URI.create(link).getRawQuery()).map(query -> bare() + "?" + query);
            } catch (IllegalArgumentException notALink) {
                return Optional.empty();
            }
        });
    }

    private String bare() {
        return first.path().replaceFirst("\\?.*", "");
    }

    private Optional<String> link(JsonNode body) {
        if (first.service() == Service.IMAGE) {
            return Json.text(body, "next");
        }
        for (var link : body.path(field + "_links")) {
            if (link.path("rel").asText().equals("next")) {
                return Json.text(link, "href");
            }
        }
        return Optional.empty();
    }
}
