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

package dev.lumoauth.spring.autoconfigure;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.reflect.CloseNames;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs each capability that LumoAuth denies and that the agent isn't known to have: once,
 * with the code that needs it and the names that may have been meant. A tool with such a
 * capability is not offered to the model, and would otherwise be missing silently. It
 * sends no request; the agent's capabilities are known from other answers.
 * <p>
 * If no guarded code needs the capability and no similar name is known, nothing is
 * logged: the application only asked.
 */
final class UnknownCapabilityWatch implements CapabilitySource {

	/**
	 * An application that makes up names fills neither memory nor log.
	 */
	static final int MAX_SAID = 100;

	private static final int MAX_KNOWN = 1_000;

	private static final int MAX_NAMED = 3;

	private static final Log logger = LogFactory.getLog(UnknownCapabilityWatch.class);

	private final CapabilitySource source;

	private final String agent;

	private final Supplier<Collection<String>> known;

	private final Supplier<Collection<GuardedCode>> guarded;

	private final Set<String> allowed = ConcurrentHashMap.newKeySet();

	private final Set<String> said = ConcurrentHashMap.newKeySet();

	/**
	 * Create a source that watches another one.
	 * @param source the source to ask
	 * @param agent the agent's client id
	 * @param known supplies the capabilities that the agent is known to have; must not
	 * block
	 * @param guarded supplies the code that is guarded for this agent
	 */
	UnknownCapabilityWatch(CapabilitySource source, String agent, Supplier<Collection<String>> known,
			Supplier<Collection<GuardedCode>> guarded) {
		this.source = source;
		this.agent = agent;
		this.known = known;
		this.guarded = guarded;
	}

	@Override
	public Map<String, Boolean> ask(Collection<String> capabilities) {
		Map<String, Boolean> answers = new LinkedHashMap<>();
		ask(capabilities, answers::put);
		return answers;
	}

	@Override
	public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
		Set<String> denied = new LinkedHashSet<>();
		this.source.ask(capabilities, (name, answer) -> {
			answers.accept(name, answer);
			if (!answer) {
				denied.add(name);
			}
			else if (this.allowed.size() < MAX_KNOWN) {
				this.allowed.add(name);
			}
		});
		// Afterwards: a capability that the same answer allows may be the one that was
		// meant.
		denied.forEach(this::denied);
	}

	private void denied(String name) {
		if (this.said.contains(name) || this.said.size() >= MAX_SAID) {
			return;
		}
		try {
			Set<String> known = known();
			if (!known.contains(name)) {
				say(name, CloseNames.find(name, known), needing(name));
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not log that a capability is unknown", ex);
		}
	}

	/**
	 * Invalid names are left out: LumoAuth's names may contain anything, and these names
	 * go to the log.
	 */
	private Set<String> known() {
		Set<String> known = new HashSet<>(this.allowed);
		this.known.get().stream().filter(CapabilityRequirement::isValid).limit(MAX_KNOWN).forEach(known::add);
		return known;
	}

	private Set<String> needing(String name) {
		return this.guarded.get()
			.stream()
			.filter((code) -> code.requirement() != null && code.requirement().capabilities().contains(name))
			.map((code) -> CapabilityRequirement.printable(code.name()))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private void say(String name, List<String> close, Set<String> needing) {
		if ((close.isEmpty() && needing.isEmpty()) || !this.said.add(name)) {
			return;
		}
		StringBuilder text = new StringBuilder("Agent '").append(CapabilityRequirement.printable(this.agent))
			.append("' lacks the capability '")
			.append(name)
			.append('\'');
		if (!needing.isEmpty()) {
			text.append(", which ").append(first(needing)).append((needing.size() > 1) ? " need" : " needs");
		}
		text.append(close.isEmpty() ? ". Is it the right name? Then grant it in LumoAuth."
				: ". It has " + quoted(close) + ": correct the name, or grant it in LumoAuth.");
		logger.warn(text.append(" Logged once for each capability."));
	}

	private static String first(Set<String> names) {
		String first = names.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
		return (names.size() > MAX_NAMED) ? first + " and " + (names.size() - MAX_NAMED) + " more" : first;
	}

	private static String quoted(List<String> names) {
		return names.stream().collect(Collectors.joining("', '", "'", "'"));
	}

}
