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

package dev.lumoauth.devserver.approval;

import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.RiskLevel;
import dev.lumoauth.devserver.config.RiskRule;

/**
 * How risky a requested permission is: by the rules of the configuration file, or as
 * LumoAuth's documents describe. Each action and each capability is judged separately,
 * and the highest risk counts. So nothing becomes less risky because of other parts of
 * the request.
 *
 * @since 0.1.0
 */
public final class RiskAssessment {

	private static final Set<String> CRITICAL_TYPES = Set.of("payment", "user_data", "credentials");

	private static final Set<String> HIGH_ACTIONS = Set.of("delete", "admin", "execute");

	private static final Set<String> LOW_ACTIONS = Set.of("read", "list", "get", "head", "select", "search", "view");

	/** LumoAuth's rule for multiple denials. */
	private static final int MANY_DENIALS = 2;

	private RiskAssessment() {
	}

	/**
	 * Judges a request.
	 * @param details the request
	 * @param task the task of the request
	 * @return how risky it is
	 */
	public static RiskLevel of(AuthorizationDetails details, JitTask task) {
		RiskLevel level = (task.denials() >= MANY_DENIALS) ? RiskLevel.CRITICAL : RiskLevel.LOW;
		for (String action : orNull(details.actions())) {
			for (String capability : orNull(details.capabilities())) {
				level = level.orHigher(of(details, action, capability, task));
			}
		}
		return level;
	}

	private static RiskLevel of(AuthorizationDetails details, @Nullable String action, @Nullable String capability,
			JitTask task) {
		Optional<RiskRule> rule = task.tenant()
			.settings()
			.jit()
			.rules()
			.stream()
			.filter((candidate) -> applies(candidate, details, action, capability))
			.findFirst();
		RiskLevel level = rule.map(RiskRule::risk).orElseGet(() -> byDocuments(details.type(), action));
		boolean isNamed = rule.map(RiskRule::capability).isPresent();
		// A harmless name does not make a missing capability harmless.
		return (capability == null || isNamed || task.agent().hasCapability(capability)) ? level
				: level.orHigher(RiskLevel.HIGH);
	}

	private static boolean applies(RiskRule rule, AuthorizationDetails details, @Nullable String action,
			@Nullable String capability) {
		return (rule.type() == null || rule.type().equals(details.type()))
				&& (rule.identifier() == null || rule.identifier().equals(details.identifier()))
				&& (rule.capability() == null || rule.capability().equals(capability)) && (rule.actions().isEmpty()
						|| (action != null && rule.actions().stream().anyMatch(action::equalsIgnoreCase)));
	}

	private static RiskLevel byDocuments(String type, @Nullable String action) {
		if (CRITICAL_TYPES.contains(type.toLowerCase(Locale.ROOT))) {
			return RiskLevel.CRITICAL;
		}
		String name = (action != null) ? action.toLowerCase(Locale.ROOT) : "";
		if (HIGH_ACTIONS.contains(name)) {
			return RiskLevel.HIGH;
		}
		return LOW_ACTIONS.contains(name) ? RiskLevel.LOW : RiskLevel.MEDIUM;
	}

	private static Collection<@Nullable String> orNull(Set<String> names) {
		return names.isEmpty() ? Collections.singleton(null) : Collections.unmodifiableCollection(names);
	}

}
