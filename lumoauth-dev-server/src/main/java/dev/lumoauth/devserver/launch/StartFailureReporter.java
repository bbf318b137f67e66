/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.launch;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.context.config.ConfigDataResourceNotFoundException;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationListener;
import org.springframework.core.NestedExceptionUtils;

/**
 * Prints why the server did not start, in two lines on standard error, if the user can
 * correct the reason. Spring Boot's own analyses mention beans and binding targets. They
 * are used for failures that are not listed here.
 * <p>
 * This is a listener, and not a reporter in {@code spring.factories}. That file stays at
 * the root of an executable jar, and would also be read if the jar is only on a class
 * path.
 *
 * @since 0.1.0
 */
public final class StartFailureReporter implements ApplicationListener<ApplicationFailedEvent> {

	private static final String FILE = "Correct the file that --dev.config names, or the option";

	private static final List<String> BOOTS_REPORTERS = List.of("org.springframework.boot.SpringApplication",
			"org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter");

	private volatile boolean reported;

	/**
	 * Print why the server did not start.
	 * @return {@code false} if the reason is not listed here
	 */
	public boolean hasReported() {
		return this.reported;
	}

	@Override
	@SuppressWarnings("SystemOut")
	public void onApplicationEvent(ApplicationFailedEvent event) {
		Stream.iterate(event.getException(), (throwable) -> throwable != null, Throwable::getCause)
			.flatMap((throwable) -> describe(throwable).stream())
			.findFirst()
			.ifPresent((description) -> {
				System.err.println("The LumoAuth dev server did not start: " + description.getMessage());
				System.err.println(description.action());
				this.reported = true;
				BOOTS_REPORTERS.forEach((reporter) -> LoggingSystem.get(getClass().getClassLoader())
					.setLogLevel(reporter, LogLevel.OFF));
			});
	}

	private Optional<RefusedToStartException> describe(Throwable failure) {
		if (failure instanceof RefusedToStartException refused) {
			return Optional.of(refused);
		}
		if (failure instanceof PortInUseException port) {
			return refused("Port %d is in use".formatted(port.getPort()),
					"Stop the other process, or choose another port with --server.port=<port> (0 for any free one)");
		}
		if (failure instanceof ConfigDataResourceNotFoundException missing) {
			return refused("There is no %s".formatted(missing.getReferenceDescription()),
					"Correct --dev.config=<file>");
		}
		if (failure instanceof MarkedYAMLException yaml) {
			return refused("The configuration file is not YAML: " + yaml.getMessage(), FILE);
		}
		return (failure instanceof BindException bind) ? refused(describe(bind), FILE) : Optional.empty();
	}

	private static String describe(BindException failure) {
		if (failure.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
			return "There is no property " + unbound.getUnboundProperties()
				.stream()
				.map((property) -> property.getName().toString())
				.collect(Collectors.joining(", "));
		}
		String reason = NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
		return "%s: %s".formatted(failure.getName(), reason);
	}

	private static Optional<RefusedToStartException> refused(String message, String action) {
		return Optional.of(new RefusedToStartException(message, action));
	}

}
