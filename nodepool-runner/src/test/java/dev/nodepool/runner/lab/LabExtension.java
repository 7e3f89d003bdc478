package dev.nodepool.runner.lab;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the lab to the tests. The first that asks has it started; it ends after the last test of the run. */
final class LabExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(Lab.class))
                .getOrComputeIfAbsent(Started.class, key -> Started.now(), Started.class)
                .lab();
    }

    /** A lab that did not start is not tried again by every test. */
    private record Started(@Nullable Lab running, @Nullable Exception problem) implements AutoCloseable {

        static Started now() {
            try {
                return new Started(Lab.start(), null);
            } catch (IOException | InterruptedException | RuntimeException broken) {
                return new Started(null, broken);
            }
        }

        Lab lab() {
            if (running == null) {
                throw new IllegalStateException("There is no lab", problem);
            }
            return running;
        }

        @Override
        public void close() throws Exception {
            if (running != null) {
                running.close();
            }
        }
    }
}
