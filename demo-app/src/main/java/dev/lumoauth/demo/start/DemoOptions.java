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

package dev.lumoauth.demo.start;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.LevenshteinAutomata;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * The options {@code --demo.*} that decide how the demo starts.
 *
 * @param deny the capabilities to take from the agent
 * @param budgetExhausted whether to spend the agent's budget
 * @param identity how the agent proves its identity
 * @param user the user who asks the agent; {@code null} if nobody signs in
 * @param approvalTime how long a person has to decide about a call, or {@code null} for
 * the dev server's default
 * @param startTimeout how long each server that the demo starts may take
 */
record DemoOptions(List<String> deny, boolean budgetExhausted, Identity identity, @Nullable String user,
		@Nullable Duration approvalTime, Duration startTimeout) {

	private static final String PREFIX = "demo.";

	/**
	 * All options.
	 */
	private static final List<String> NAMES = List.of("approval-time", "budget", "deny", "exit", "identity", "outbox",
			"start-timeout", "user");

	/**
	 * The option that gives a server more time to start.
	 */
	static final String START_TIMEOUT = "--demo.start-timeout";

	private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

	static DemoOptions of(ConfigurableEnvironment environment) {
		requireKnown(environment);
		Binder binder = Binder.get(environment);
		String budget = binder.bind("demo.budget", String.class).orElse("");
		if (!budget.isEmpty() && !budget.equals("exhausted")) {
			throw new DemoStartException("--demo.budget=" + budget + " is unknown: there is --demo.budget=exhausted");
		}
		List<String> deny = binder.bind("demo.deny", Bindable.listOf(String.class)).orElse(List.of());
		String user = binder.bind("demo.user", String.class).orElse("");
		String identity = binder.bind("demo.identity", String.class).orElse("");
		Identity proof = Identity.of(identity);
		if (proof != Identity.SECRET && !user.isBlank()) {
			throw new DemoStartException("--demo.user signs a user in by an application, which has a secret. "
					+ "Leave out --demo.user or --demo.identity=" + identity);
		}
		requireOutbox(binder.bind("demo.outbox", String.class).orElse(""));
		return new DemoOptions(deny, !budget.isEmpty(), proof, user.isBlank() ? null : user,
				binder.bind("demo.approval-time", Duration.class).orElse(null),
				binder.bind("demo.start-timeout", Duration.class).orElse(DEFAULT_START_TIMEOUT));
	}

	/**
	 * Otherwise the first report would fail, which a person has approved.
	 */
	private static void requireOutbox(String outbox) {
		try {
			if (!outbox.isBlank() && !Files.isWritable(Files.createDirectories(Path.of(outbox)))) {
				throw new AccessDeniedException(outbox);
			}
		}
		catch (IOException | InvalidPathException ex) {
			throw new DemoStartException("No report can be written to --demo.outbox=%s (%s). Choose another directory"
				.formatted(outbox, ex.getClass().getSimpleName()), ex);
		}
	}

	/**
	 * If an option were ignored, the demo would show something else than the user asked
	 * for.
	 */
	private static void requireKnown(ConfigurableEnvironment environment) {
		List<String> given = environment.getPropertySources()
			.stream()
			.filter(EnumerablePropertySource.class::isInstance)
			.flatMap((source) -> Arrays.stream(((EnumerablePropertySource<?>) source).getPropertyNames()))
			.toList();
		if (given.contains("help")) {
			throw new DemoStartException(all() + ". docs/demo.md describes them");
		}
		given.stream()
			.filter((property) -> property.startsWith(PREFIX))
			.map((property) -> property.substring(PREFIX.length()))
			.filter((name) -> NAMES.stream().noneMatch((known) -> name.equals(known) || name.startsWith(known + "[")))
			.findFirst()
			.ifPresent((name) -> {
				throw new DemoStartException("--demo." + name + " is unknown. "
						+ close(name).map((known) -> "Did you mean --demo." + known + "?").orElse(all()));
			});
	}

	private static String all() {
		return "There are --demo." + String.join(", --demo.", NAMES);
	}

	/**
	 * Return the option that differs in one or two letters.
	 */
	private static Optional<String> close(String name) {
		LevenshteinAutomata automata = new LevenshteinAutomata(name, true);
		return IntStream.of(1, 2)
			.mapToObj((letters) -> new CharacterRunAutomaton(automata.toAutomaton(letters)))
			.flatMap((automaton) -> NAMES.stream().filter(automaton::run))
			.findFirst();
	}

	/**
	 * Return whether an option needs the dev server.
	 */
	boolean needDevServer() {
		return this.budgetExhausted || this.identity != Identity.SECRET || this.user != null
				|| this.approvalTime != null || !this.deny.isEmpty();
	}

	/**
	 * How the agent proves its identity.
	 */
	enum Identity {

		/** With its client secret. */
		SECRET,

		/** With a token of the platform that it runs on: nobody has a secret. */
		WORKLOAD,

		/** With a signature on each request, by its own key: nobody has a secret. */
		AAUTH;

		static Identity of(String name) {
			return switch (name) {
				case "" -> SECRET;
				case "workload" -> WORKLOAD;
				case "aauth" -> AAUTH;
				default -> throw new DemoStartException("--demo.identity=" + name
						+ " is unknown. Use --demo.identity=workload or --demo.identity=aauth");
			};
		}

	}

}
