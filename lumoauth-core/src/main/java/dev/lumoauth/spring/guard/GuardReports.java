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

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.user.UserRequiredException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.ClassUtils;

/**
 * Reports the decisions of the guards of one agent to the listeners. Failures of
 * listeners end here and never change a decision.
 *
 * @since 0.1.0
 */
public final class GuardReports {

	/**
	 * Reports to no listener.
	 */
	public static final GuardReports NONE = new GuardReports(() -> "none", List::of);

	private static final Log logger = LogFactory.getLog(GuardReports.class);

	private static final int MAX_SAID = 100;

	private final Supplier<String> agent;

	private final Supplier<List<GuardListener>> listeners;

	/** A model is only told that nobody is signed in. */
	private final Set<String> said = ConcurrentHashMap.newKeySet();

	/**
	 * Create reports.
	 * @param agent supplies the client id of the agent; called with the first decision
	 * @param listeners supplies the listeners; called with the first decision, and
	 * remembered
	 */
	public GuardReports(Supplier<String> agent, Supplier<List<GuardListener>> listeners) {
		this.agent = new RememberedBean<>(agent);
		this.listeners = new RememberedBean<>(listeners);
	}

	/**
	 * Return the reports of another agent to the same listeners.
	 * @param agent the client id of the other agent
	 * @return the reports
	 */
	public GuardReports of(String agent) {
		return new GuardReports(() -> agent, this.listeners);
	}

	/**
	 * Return the agent whose decisions are reported.
	 * @return its client id
	 */
	String agent() {
		return this.agent.get();
	}

	/**
	 * Return whether a decision has to be reported.
	 * @param decision the decision
	 * @return {@code false} if no listener wants it
	 */
	boolean wants(CapabilityDecision decision) {
		try {
			List<GuardListener> listeners = this.listeners.get();
			return !listeners.isEmpty() && (!decision.isGranted() || anyToldOfGrants(listeners));
		}
		catch (RuntimeException ex) {
			failed(ex);
			return false;
		}
	}

	/**
	 * By index: every allowed call comes here, and an iterator would be the only object
	 * that it allocates.
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
	 * Report that the agent has the capabilities that a call needs.
	 * @param call the call
	 * @param decision the decision
	 */
	void granted(GuardedCall call, CapabilityDecision decision) {
		report(() -> outcome(call, GuardDecision.ALLOW, decision.isStale(), List.of()));
	}

	/**
	 * Report that a call is refused and no capability would help.
	 * @param call the call
	 */
	void denied(GuardedCall call) {
		report(() -> outcome(call, GuardDecision.DENY, false, List.of()));
	}

	/**
	 * Report that a call is refused.
	 * @param call the call
	 * @param failure why, a {@link Refusal}
	 */
	void refused(GuardedCall call, RuntimeException failure) {
		if (failure instanceof UserRequiredException && this.said.size() < MAX_SAID
				&& this.said.add(String.valueOf(failure.getMessage()))) {
			logger.warn("'" + call.name() + "' is refused. " + failure.getMessage()
					+ ". Logged once for each such reason.");
		}
		report(() -> outcome(call, GuardDecision.of(failure), false, ((Refusal) failure).getMissingCapabilities()));
	}

	private GuardOutcome outcome(GuardedCall call, GuardDecision decision, boolean stale, List<String> missing) {
		String method = (call.method() != null) ? ClassUtils.getQualifiedMethodName(call.method()) : null;
		return new GuardOutcome(agent(), decision, stale, call.capabilities(), missing, call.tool(),
				call.isOfTool() ? null : method);
	}

	private void report(Supplier<GuardOutcome> decided) {
		try {
			List<GuardListener> listeners = this.listeners.get();
			if (listeners.isEmpty()) {
				return;
			}
			GuardOutcome outcome = decided.get();
			listeners.stream()
				.filter((listener) -> !outcome.decision().equals(GuardDecision.ALLOW) || listener.isToldOfGrants())
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
		logger.warn("A listener could not be informed of a guard's decision. The decision stands.", failure);
	}

}
