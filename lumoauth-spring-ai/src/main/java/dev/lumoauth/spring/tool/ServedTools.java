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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;

/**
 * The tools that the application's own MCP server serves, with their terms. A tool that
 * is not among them is not guarded, so its name is not hidden either.
 *
 * @since 0.1.0
 */
public final class ServedTools {

	private final Map<String, Supplier<@Nullable GuardTerms>> tools = new ConcurrentHashMap<>();

	/**
	 * Add a tool. If several tools have the same name, the terms of all of them apply.
	 * @param name its name
	 * @param terms supplies the current terms of the tool
	 */
	void add(String name, Supplier<@Nullable GuardTerms> terms) {
		this.tools.merge(name, terms, (some, more) -> () -> GuardTerms.both(some.get(), more.get()));
	}

	/**
	 * Return the tools that the current caller may not use, with one decision for all.
	 * Blocks.
	 * @param guard the guard of the server's tools
	 * @param names the names of the tools
	 * @return the names of the denied tools
	 * @throws LumoAuthException if there is no answer about one of them
	 */
	public static Set<String> deniedAmong(ToolGuard guard, Collection<String> names) {
		return guard.served().deniedAmong(names, guard.calls());
	}

	/**
	 * Return the methods that the current caller may not run, with one decision for all:
	 * what a server serves besides tools, such as prompts. Blocks.
	 * @param guard the guard of the server's tools
	 * @param methods the names, and the method and the bean behind each
	 * @return the names of the denied methods
	 * @throws LumoAuthException if there is no answer about one of them
	 */
	public static Set<String> deniedAmong(ToolGuard guard, Map<String, Map.Entry<Method, Object>> methods) {
		ServedTools served = new ServedTools();
		methods.forEach((name, method) -> served.add(name,
				() -> guard.requirements().ofMethod(new ToolMethod(method.getKey(), method.getValue()))));
		return served.deniedAmong(methods.keySet(), guard.calls());
	}

	private Set<String> deniedAmong(Collection<String> names, Guard guard) {
		Set<String> denied = new LinkedHashSet<>();
		Map<String, CapabilityRequirement> asked = new LinkedHashMap<>();
		for (String name : names) {
			CapabilityRequirement requirement = requirementOf(name);
			if (requirement != null && requirement.isNeverMet()) {
				denied.add(name);
			}
			else if (requirement != null) {
				asked.put(name, requirement);
			}
		}
		if (!asked.isEmpty()) {
			Map<String, CapabilityDecision> decisions = guard.decisions().decideTools(asked);
			asked.keySet().stream().filter((name) -> !isGranted(decisions.get(name))).forEach(denied::add);
		}
		return denied;
	}

	/**
	 * Return the capabilities that the current caller lacks for a tool. Blocks.
	 * @param guard the guard of the server's tools
	 * @param name the name of the tool
	 * @return the names; empty if no capability is missing, or if there is no answer
	 */
	public static List<String> missingFor(ToolGuard guard, String name) {
		return guard.served().missingFor(name, guard.calls());
	}

	private List<String> missingFor(String name, Guard guard) {
		CapabilityRequirement requirement = requirementOf(name);
		return (requirement == null || requirement.isNeverMet()) ? List.of()
				: guard.decisions().decide(requirement, name).missing();
	}

	/**
	 * Return what a tool requires of its caller, who can request nothing from a person.
	 * @return the requirement; {@code null} if there is none
	 */
	private @Nullable CapabilityRequirement requirementOf(String name) {
		Supplier<@Nullable GuardTerms> known = this.tools.get(name);
		GuardTerms terms = (known != null) ? known.get() : null;
		return (terms != null) ? terms.requirement() : null;
	}

	private static boolean isGranted(@Nullable CapabilityDecision decision) {
		if (decision == null || decision.outcome() == CapabilityDecision.Outcome.UNAVAILABLE) {
			LumoAuthException cause = (decision != null) ? decision.cause() : null;
			throw (cause != null) ? cause : new LumoAuthUnavailableException("There is no decision on a tool", null);
		}
		return decision.isGranted();
	}

}
