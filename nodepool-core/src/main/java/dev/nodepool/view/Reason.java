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
        NO_LABELS(Effect.DECLINES),
        LABEL_NOT_HERE(Effect.DECLINES),
        POOL_DISABLED(Effect.DECLINES),
        LABEL_BROKEN(Effect.DECLINES),
        IMAGE_NOT_READY(Effect.DECLINES),
        TOO_BIG(Effect.DECLINES),
        NO_ROOM_FOR_MIN_READY(Effect.DECLINES),
        LAUNCH_FAILED(Effect.DECLINES),
        AT_POOL_LIMIT(Effect.WAITS),
        AT_PROVIDER_LIMIT(Effect.WAITS),
        AT_TENANT_LIMIT(Effect.WAITS),
        AT_MAX_CONCURRENCY(Effect.WAITS),
        NO_FREE_HOST(Effect.WAITS),
        BEHIND_OLDER_REQUEST(Effect.WAITS),
        PROVIDER_STARTING(Effect.WAITS),
        PROVIDER_UNAVAILABLE(Effect.WAITS),
        QUOTA_REFUSED(Effect.WAITS),
        GIVEN_BACK(Effect.WAITS),
        SWITCHED_OFF(Effect.LEAVES),
        DRAINED(Effect.LEAVES),
        DECLINED_BEFORE(Effect.LEAVES),
        OTHER_PROVIDER_PREFERRED(Effect.LEAVES),
        BETTER_PRIORITY_ELSEWHERE(Effect.LEAVES),
        OTHER_POOL_HAS_LABELS(Effect.LEAVES);

        private final Effect effect;

        Code(Effect effect) {
            this.effect = effect;
        }

        public Effect effect() {
            return effect;
        }
    }

    public boolean declines() {
        return code.effect() == Effect.DECLINES;
    }
}
