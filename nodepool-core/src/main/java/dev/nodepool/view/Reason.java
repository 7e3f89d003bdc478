package dev.nodepool.view;

/**
 * Why a pool does not serve a request.
 *
 * @param code for programs
 * @param text for people: what would have to change
 */
public record Reason(Code code, String text) {

    /** What a pool does about a request it does not take. */
    public enum Effect {
        /** It says so in the request; when every pool has, the request fails. */
        DECLINES,
        /** It takes the request when something becomes free. */
        WAITS,
        /** It leaves the request to another pool that is expected to take it. */
        LEAVES
    }

    public enum Code {
        NO_LABELS(Effect.DECLINES, "The request asks for no label."),
        LABEL_NOT_HERE(Effect.DECLINES, "The pool does not offer all labels of the request."),
        POOL_DISABLED(Effect.DECLINES, "The pool is switched off: its max-servers is 0 or less."),
        LABEL_BROKEN(
                Effect.DECLINES, "The cloud refuses what the configuration says of a label; it has to be changed."),
        IMAGE_NOT_READY(Effect.DECLINES, "A label boots an image of which the provider has no ready upload."),
        TOO_BIG(Effect.DECLINES, "The request needs more than a limit allows even when all is free."),
        NO_ROOM_FOR_MIN_READY(Effect.DECLINES, "A node for stock is not launched where nothing is free for it."),
        LAUNCH_FAILED(
                Effect.DECLINES, "The launches failed as often as the provider allows, or the cloud has no capacity."),
        AT_POOL_LIMIT(Effect.WAITS, "A limit of the pool is reached."),
        AT_PROVIDER_LIMIT(Effect.WAITS, "A limit of the provider or of the cloud's project is reached."),
        AT_TENANT_LIMIT(Effect.WAITS, "The tenant of the request uses all that it may."),
        AT_MAX_CONCURRENCY(Effect.WAITS, "The provider launches as many nodes as it may at a time."),
        NO_FREE_HOST(Effect.WAITS, "All hosts with the label are in use."),
        BEHIND_OLDER_REQUEST(
                Effect.WAITS, "What is free is kept for a request that waits longer or has a better priority."),
        PROVIDER_STARTING(Effect.WAITS, "The provider has not told its limits yet."),
        PROVIDER_UNAVAILABLE(
                Effect.WAITS, "The provider does not answer, or does not let us in; it is tried again after a pause."),
        QUOTA_REFUSED(Effect.WAITS, "The cloud refused a machine for its quota; it is asked for its limits again."),
        GIVEN_BACK(Effect.WAITS, "The request was taken and given back; it is left alone for a moment."),
        SWITCHED_OFF(Effect.LEAVES, "The provider may launch nothing: its max-concurrency is 0."),
        DRAINED(Effect.LEAVES, "An order says that the provider or the pool takes nothing new."),
        DECLINED_BEFORE(Effect.LEAVES, "The pool has declined the request already."),
        OTHER_PROVIDER_PREFERRED(Effect.LEAVES, "The request names another provider, which a launcher has."),
        BETTER_PRIORITY_ELSEWHERE(Effect.LEAVES, "A pool with a better priority can serve the request."),
        OTHER_POOL_HAS_LABELS(
                Effect.LEAVES, "The pool lacks a label that another pool of the provider or of another one offers.");

        private final Effect effect;
        private final String meaning;

        Code(Effect effect, String meaning) {
            this.effect = effect;
            this.meaning = meaning;
        }

        /** What it says of any request, a sentence; {@link Reason#text} has the figures. */
        public String meaning() {
            return meaning;
        }

        public Effect effect() {
            return effect;
        }
    }

    public boolean declines() {
        return code.effect() == Effect.DECLINES;
    }
}
