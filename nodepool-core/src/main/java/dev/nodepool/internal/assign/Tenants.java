package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What tenants may still have in this round. A request that waits for its tenant's share keeps it: the tenant's own
 * smaller requests behind it can not starve it.
 */
final class Tenants {

    private final Map<String, Snapshot.Tenant> limited;
    private final Map<String, Amounts> free = new HashMap<>();
    private final Map<String, String> keptFor = new HashMap<>();

    Tenants(Map<String, Snapshot.Tenant> limited) {
        this.limited = limited;
        limited.forEach((name, tenant) -> free.put(name, tenant.free()));
    }

    /** Why a request's tenant may not have what it needs now; ready nodes count too, since they become the tenant's. */
    Optional<Reason> limit(NodeRequest request, Amounts needs) {
        var left = request.tenant() == null ? null : free.get(request.tenant());
        if (left == null || needs.fitsIn(left)) {
            return Optional.empty();
        }
        var name = needs.exceeding(left);
        var first = keptFor.get(request.tenant());
        return Optional.of(new Reason(
                Code.AT_TENANT_LIMIT,
                first == null
                        ? "tenant " + request.tenant() + " may have " + Math.max(0, left.get(name)) + " more " + name
                        : "request " + first + " of tenant " + request.tenant() + " waits for " + name));
    }

    void charge(NodeRequest request, Amounts needs) {
        if (request.tenant() != null) {
            free.computeIfPresent(request.tenant(), (t, left) -> left.minus(needs));
        }
    }

    /**
     * Keeps what the first request of a tenant that waits for its share needs. What its tenant can never have is not
     * worth keeping.
     *
     * @return whether anything was kept now
     */
    boolean keepFor(NodeRequest request, Amounts needs) {
        var tenant = request.tenant() == null ? null : limited.get(request.tenant());
        if (tenant == null
                || !needs.fitsIn(tenant.limits())
                || keptFor.putIfAbsent(request.tenant(), request.id()) != null) {
            return false;
        }
        charge(request, needs);
        return true;
    }
}
