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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.guard.CapabilityTerm;
import dev.lumoauth.spring.guard.GuardedCode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs each capability that LumoAuth denies to the agent and that guarded code needs:
 * once, with that code. A tool with a misspelled capability is not offered to the model,
 * and would otherwise be missing silently.
 */
final class UnknownCapabilityWatch implements CapabilitySource {

	/**
	 * An application that makes up names fills neither memory nor log.
	 */
	static final int MAX_SAID = 100;

	private static final int MAX_NAMED = 3;

	private static final Log logger = LogFactory.getLog(UnknownCapabilityWatch.class);

	private final CapabilitySource source;

	private final String agent;

	private final Supplier<Collection<GuardedCode>> guarded;

	private final Set<String> said = ConcurrentHashMap.newKeySet();

	/**
	 * Create a source that watches another one.
	 * @param source the source to ask
	 * @param agent the agent's client id
	 * @param guarded supplies the code that is guarded for this agent
	 */
	UnknownCapabilityWatch(CapabilitySource source, String agent, Supplier<Collection<GuardedCode>> guarded) {
		this.source = source;
		this.agent = agent;
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
		this.source.ask(capabilities, (name, answer) -> {
			answers.accept(name, answer);
			if (!answer && !this.said.contains(name) && this.said.size() < MAX_SAID) {
				try {
					denied(name);
				}
				catch (RuntimeException ex) {
					logger.debug("Could not log that a capability is denied", ex);
				}
			}
		});
	}

	private void denied(String name) {
		Set<String> needing = this.guarded.get()
			.stream()
			.filter((code) -> refuses(code, name))
			.map((code) -> CapabilityRequirement.printable(code.name()))
			.collect(Collectors.toCollection(TreeSet::new));
		if (!needing.isEmpty() && this.said.add(name)) {
			int more = Math.max(needing.size() - MAX_NAMED, 0);
			logger.warn("Agent '" + CapabilityRequirement.printable(this.agent) + "' lacks the capability '" + name
					+ "', which " + needing.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
					+ ((more > 0) ? " and " + more + " more" : "") + ((needing.size() > 1) ? " need" : " needs")
					+ ". Correct the name, or grant it in LumoAuth. Logged once for each capability.");
		}
	}

	/**
	 * Return whether code needs a capability that nobody is asked for.
	 */
	private static boolean refuses(GuardedCode code, String capability) {
		CapabilityTerm term = code.terms().get(CapabilityTerm.class);
		return term != null && !term.isRequested() && term.requirement().capabilities().contains(capability);
	}

}
