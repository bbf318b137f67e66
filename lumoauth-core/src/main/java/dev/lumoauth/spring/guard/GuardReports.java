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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Tells listeners what the guards of one agent decide. Whatever goes wrong with that ends
 * here: a decision stays what it is.
 *
 * @since 0.1.0
 */
public final class GuardReports {

	/**
	 * Tells nobody.
	 */
	public static final GuardReports NONE = new GuardReports(() -> "none", List::of);

	private static final Log logger = LogFactory.getLog(GuardReports.class);

	private final Supplier<String> agent;

	private final Supplier<List<GuardListener>> listeners;

	/** Found without a lock: the look may create beans. */
	private volatile @Nullable List<GuardListener> found;

	/**
	 * Create reports.
	 * @param agent gives the client id of the agent
	 * @param listeners gives the listeners; asked for with the first decision, and
	 * remembered
	 */
	public GuardReports(Supplier<String> agent, Supplier<List<GuardListener>> listeners) {
		this.agent = agent;
		this.listeners = listeners;
	}

	/**
	 * Return the reports of another agent to the same listeners.
	 * @param agent its client id
	 * @return the reports
	 */
	public GuardReports of(String agent) {
		return new GuardReports(() -> agent, this.listeners);
	}

	/**
	 * Return whether anyone is to be told of a decision.
	 * @param decision the decision
	 * @return {@code false} if it need not be reported
	 */
	public boolean wants(CapabilityDecision decision) {
		try {
			List<GuardListener> listeners = listeners();
			return !listeners.isEmpty() && (!decision.isGranted() || anyToldOfGrants(listeners));
		}
		catch (RuntimeException ex) {
			failed(ex);
			return false;
		}
	}

	private List<GuardListener> listeners() {
		List<GuardListener> found = this.found;
		if (found == null) {
			found = List.copyOf(this.listeners.get());
			this.found = found;
		}
		return found;
	}

	/**
	 * By index: each allowed call comes here, and an iterator would be its only object.
	 */
	private static boolean anyToldOfGrants(List<GuardListener> listeners) {
		for (int i = 0; i < listeners.size(); i++) {
			if (listeners.get(i).isToldOfGrants()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Report the decision about the call of a tool.
	 * @param tool the name of the tool
	 * @param required what it needs
	 * @param decision the decision
	 */
	public void tool(String tool, CapabilityRequirement required, CapabilityDecision decision) {
		report(() -> outcome(required, decision, tool, null));
	}

	/**
	 * Report that a tool is refused because it acts for a user, and there is none.
	 * @param tool the name of the tool
	 * @param required what it needs besides
	 * @param failure why there is none
	 */
	public void tool(String tool, @Nullable CapabilityRequirement required, LumoAuthException failure) {
		report(() -> new GuardOutcome(this.agent.get(), GuardDecision.of(failure), false,
				(required != null) ? required.capabilities() : List.of(), List.of(), tool, null));
	}

	/**
	 * Report the decision about the call of a method.
	 * @param method the method
	 * @param required what it needs, or {@code null} if that was not found
	 * @param decision the decision
	 */
	public void method(Method method, @Nullable CapabilityRequirement required, CapabilityDecision decision) {
		report(() -> outcome(required, decision, null, ClassUtils.getQualifiedMethodName(method)));
	}

	/**
	 * Report that a method is refused because it acts for a user, and there is none.
	 * @param method the method
	 * @param failure why there is none
	 */
	public void method(Method method, LumoAuthException failure) {
		report(() -> new GuardOutcome(this.agent.get(), GuardDecision.of(failure), false, List.of(), List.of(), null,
				ClassUtils.getQualifiedMethodName(method)));
	}

	private GuardOutcome outcome(@Nullable CapabilityRequirement required, CapabilityDecision decision,
			@Nullable String tool, @Nullable String method) {
		return new GuardOutcome(this.agent.get(), GuardDecision.of(decision), decision.isStale(),
				(required != null) ? required.capabilities() : List.of(), decision.missing(), tool, method);
	}

	private void report(Supplier<GuardOutcome> decided) {
		try {
			List<GuardListener> listeners = listeners();
			if (listeners.isEmpty()) {
				return;
			}
			GuardOutcome outcome = decided.get();
			listeners.stream()
				.filter((listener) -> outcome.decision() != GuardDecision.ALLOW || listener.isToldOfGrants())
				.forEach((listener) -> report(outcome, listener));
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private static void report(GuardOutcome outcome, GuardListener listener) {
		try {
			listener.decided(outcome);
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private static void failed(RuntimeException failure) {
		logger.warn("A listener could not be told what a guard decided. The decision stands.", failure);
	}

}
