package dev.nodepool.driver.conformance;

/** How something is checked: returns when all is well, throws {@link CheckFailure} or {@link NotChecked} when not. */
@FunctionalInterface
interface Procedure {

    void run(Bench bench) throws Exception;

    static Procedure of(Check check) {
        return switch (check) {
            case SETTINGS -> OpeningChecks::settings;
            case OPEN -> OpeningChecks::open;
            case CALLERS -> OpeningChecks::callers;
            case CLOSE -> ClosingChecks::close;
            case THREADS -> ClosingChecks::threads;
            case LIMITS -> FactChecks::limits;
            case CONSOLE -> FactChecks::console;
            case RESOURCES -> FactChecks::resources;
            case CREATE -> CreationChecks::create;
            case EARLY_ID -> CreationChecks::earlyId;
            case METADATA -> CreationChecks::metadata;
            case LIST -> CreationChecks::list;
            case ZONE -> CreationChecks::zone;
            case DELETE -> DeletionChecks::delete;
            case DELETE_TWICE -> DeletionChecks::twice;
            case UNKNOWN_ID -> DeletionChecks::unknownId;
            case CANCELLATION -> CancellationChecks::cancellation;
            case GIVING_UP -> CancellationChecks::givingUp;
            case SEPARATE -> CancellationChecks::separate;
            case FAULTS -> FaultChecks::faults;
            case PROVOKED -> FaultChecks::provoked;
            case CONCURRENCY -> ConcurrencyChecks::concurrency;
            case IMAGE_UPLOAD -> ImageChecks::upload;
            case IMAGE_DELETE -> ImageChecks::delete;
            case IMAGE_FAILURE -> ImageChecks::failure;
            case HOSTS -> InventoryChecks::hosts;
            case PROBE -> InventoryChecks::probe;
            case PROBE_FAILURE -> InventoryChecks::failure;
        };
    }
}
