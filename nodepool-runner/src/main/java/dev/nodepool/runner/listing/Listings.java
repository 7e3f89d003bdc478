package dev.nodepool.runner.listing;

import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.AlienImage;
import dev.nodepool.view.DrainView;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.NodeView;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tables that command and web show. Names, order and content of the columns are those of Python Nodepool. */
public final class Listings {

    /** Nodes with everything. */
    public static final Listing<NodeView> NODES = new Listing<>(List.of(
            Column.of("id", "ID", NodeView::id),
            Column.of("provider", "Provider", view -> view.node().provider()),
            Column.of("label", "Label", view -> view.node().labels()),
            Column.of("server_id", "Server ID", view -> view.node().externalId()),
            Column.of("public_ipv4", "Public IPv4", view -> view.node().publicIpv4()),
            Column.of("ipv6", "IPv6", view -> view.node().publicIpv6()),
            Column.of("state", "State", NodeView::state),
            Column.age("age", "Age", NodeView::since),
            Column.of("locked", "Locked", view -> view.locked() ? "locked" : "unlocked"),
            Column.of("pool", "Pool", view -> view.node().pool()),
            Column.of("hostname", "Hostname", view -> view.node().hostname()),
            Column.of("private_ipv4", "Private IPv4", view -> view.node().privateIpv4()),
            Column.of("AZ", "AZ", view -> view.node().az()),
            Column.of("username", "Username", view -> view.node().username()),
            Column.of("connection_port", "Port", view -> port(view)),
            Column.of("launcher", "Launcher", view -> view.node().launcher().orElse(null)),
            Column.of(
                    "allocated_to",
                    "Allocated To",
                    view -> view.node().allocatedTo().orElse(null)),
            Column.of("hold_job", "Hold Job", view -> view.node().holdJob()),
            Column.of("comment", "Comment", view -> view.node().comment()),
            Column.of("user_data", "User Data", view -> view.node().userData()),
            Column.of("driver_data", "Driver Data", view -> view.node().driverData())));

    /** Nodes with what is wanted most often. */
    public static final Listing<NodeView> NODES_IN_SHORT = NODES.first(9);

    public static final Listing<NodeRequest> REQUESTS = new Listing<>(List.of(
            Column.of("id", "Request ID", NodeRequest::id),
            Column.of("relative_priority", "Priority", NodeRequest::relativePriority),
            Column.of("state", "State", request -> request.doc().textOrNull(NodeRequest.STATE)),
            Column.of("requestor", "Requestor", NodeRequest::requestor),
            Column.of("node_types", "Node Types", NodeRequest::labels),
            Column.of("nodes", "Nodes", NodeRequest::nodes),
            Column.of("declined_by", "Declined By", NodeRequest::declinedBy),
            Column.of("event_id", "Event ID", NodeRequest::eventId)));

    public static final Listing<BuildRow> BUILDS = new Listing<>(List.of(
            Column.of("id", "ID", row -> row.image().name() + "-" + row.build().id()),
            Column.of("image", "Image", row -> row.image().name()),
            Column.of("builder", "Builder", row -> row.build().builder()),
            Column.of("formats", "Formats", row -> row.build().formats()),
            Column.of(
                    "state",
                    "State",
                    row -> row.image().paused() ? "paused" : row.build().state()),
            Column.time("age", "Age", row -> row.build().since())));

    public static final Listing<UploadRow> UPLOADS = new Listing<>(List.of(
            Column.of("id", "Build ID", row -> row.build().id()),
            Column.of("upload_id", "Upload ID", row -> row.upload().id()),
            Column.of("provider", "Provider", row -> row.upload().provider()),
            Column.of("image", "Image", row -> row.image().name()),
            Column.of(
                    "external_name", "Provider Image Name", row -> row.upload().externalName()),
            Column.of("external_id", "Provider Image ID", row -> row.upload().externalId()),
            Column.of("state", "State", row -> row.upload().state()),
            Column.time("age", "Age", row -> row.upload().since())));

    public static final Listing<ImageView> IMAGES = new Listing<>(List.of(
            Column.of("image", "Image", ImageView::name),
            Column.of("paused", "Paused", ImageView::paused),
            Column.of("build_request", "Build Request", Listings::buildRequest),
            Column.time(
                    "build_request_age",
                    "Build Request Age",
                    image -> image.requested().orElse(null))));

    public static final Listing<String> LABELS = new Listing<>(List.of(Column.of("label", "Label", label -> label)));

    public static final Listing<AlienImage> ALIEN_IMAGES = new Listing<>(List.of(
            Column.of("provider", "Provider", AlienImage::provider),
            Column.of("name", "Name", AlienImage::name),
            Column.of("id", "Image ID", AlienImage::id)));

    /** Nodes and what the cloud calls them; Python shows nothing as {@code None} here and only here. */
    public static final Listing<NodeView> SERVERS = new Listing<>(List.of(
            Column.of("id", "ID", NodeView::id),
            new Column<>(
                    "server_id",
                    "Server ID",
                    (view, now) -> view.node().externalId(),
                    (view, now) -> Objects.requireNonNullElse(view.node().externalId(), "None"))));

    public static final Listing<DrainView> DRAINS = new Listing<>(List.of(
            Column.of("provider", "Provider", DrainView::provider),
            Column.of("pool", "Pool", DrainView::pool),
            Column.of("ready_nodes_too", "Ready Nodes Too", DrainView::readyNodesToo),
            Column.of("by", "By", DrainView::by),
            Column.time("age", "Age", DrainView::since)));

    /** A value as JSON in the same form: text, number, boolean, list, map or null. */
    public static String valueAsJson(@Nullable Object value) {
        return JsonRows.ofValue(value);
    }

    /** Builds with the ids of their uploads to a provider. */
    public static Listing<BuildRow> uploadsOf(String provider) {
        return new Listing<>(List.of(
                Column.of("image", "Image Name", row -> row.image().name()),
                Column.of("build", "Build ID", row -> row.build().id()),
                Column.of("uploads", "Upload IDs", row -> row.uploadsTo(provider))));
    }

    /** A build with its image. */
    public record BuildRow(ImageView image, ImageView.Build build) {

        /** Ids of its uploads to a provider, in order. */
        public List<String> uploadsTo(String provider) {
            return build.uploads().stream()
                    .filter(upload -> upload.provider().equals(provider))
                    .map(ImageView.Upload::id)
                    .sorted()
                    .toList();
        }
    }

    /** An upload with its build and image. */
    public record UploadRow(ImageView image, ImageView.Build build, ImageView.Upload upload) {}

    private Listings() {}

    /** Rows of {@link #BUILDS}, by image and id. */
    public static List<BuildRow> builds(Collection<ImageView> images) {
        return images.stream()
                .flatMap(image -> image.builds().stream().map(build -> new BuildRow(image, build)))
                .sorted(Comparator.comparing((BuildRow row) -> row.image().name())
                        .thenComparing(row -> row.build().id()))
                .toList();
    }

    /** Rows of {@link #UPLOADS}, by image, build, provider and id. */
    public static List<UploadRow> uploads(Collection<ImageView> images) {
        return builds(images).stream()
                .flatMap(row -> row.build().uploads().stream()
                        .map(upload -> new UploadRow(row.image(), row.build(), upload))
                        .sorted(Comparator.comparing(
                                        (UploadRow it) -> it.upload().provider())
                                .thenComparing(it -> it.upload().id())))
                .toList();
    }

    /** What is no number may hold more than a stranger should know. */
    private static @Nullable Object port(NodeView view) {
        Object port = view.node().connectionPort();
        return port instanceof Integer || port instanceof Long ? port : "redacted";
    }

    private static @Nullable String buildRequest(ImageView image) {
        if (image.requested().isEmpty()) {
            return null;
        }
        boolean begun = image.building()
                && image.builds().stream().anyMatch(build -> build.state().equals("building"));
        return begun ? "building" : "pending";
    }
}
