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

package dev.lumoauth.spring.capability;

import java.util.List;

import dev.lumoauth.spring.LumoAuthException;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authorization.AuthorizationResult;

/**
 * A decision: the agent may, the agent may not, or there is no answer.
 *
 * @param outcome which of the three cases applies
 * @param missing the capabilities that the agent lacks; empty unless denied
 * @param cause why there is no answer; {@code null} unless the outcome is unavailable, or
 * an allow past its lifetime is used
 * @since 0.1.0
 */
public record CapabilityDecision(Outcome outcome, List<String> missing,
		@Nullable LumoAuthException cause) implements AuthorizationResult {

	/**
	 * The allow that a valid answer of LumoAuth gives. It carries no data, so one
	 * instance is enough.
	 */
	public static final CapabilityDecision ALLOW = new CapabilityDecision(Outcome.ALLOW, List.of(), null);

	public CapabilityDecision {
		missing = List.copyOf(missing);
	}

	public static CapabilityDecision deny(List<String> missing) {
		return new CapabilityDecision(Outcome.DENY, missing, null);
	}

	/**
	 * An allow past its lifetime, used because LumoAuth is unreachable.
	 * @param cause why there is no answer
	 * @return the decision, which allows
	 */
	public static CapabilityDecision stale(LumoAuthException cause) {
		return new CapabilityDecision(Outcome.ALLOW, List.of(), cause);
	}

	public static CapabilityDecision unavailable(LumoAuthException cause) {
		return new CapabilityDecision(Outcome.UNAVAILABLE, List.of(), cause);
	}

	@Override
	public boolean isGranted() {
		return this.outcome == Outcome.ALLOW;
	}

	/**
	 * Return whether this is an allow past its lifetime, used because LumoAuth is
	 * unreachable ({@code lumoauth.capabilities.stale-if-unavailable}).
	 * @return {@code false} for an allow that a valid answer of LumoAuth gives, and for
	 * every other outcome
	 */
	public boolean isStale() {
		return isGranted() && this.cause != null;
	}

	/**
	 * The three outcomes.
	 */
	public enum Outcome {

		/**
		 * LumoAuth allowed it.
		 */
		ALLOW,

		/**
		 * LumoAuth denied it.
		 */
		DENY,

		/**
		 * There is no answer: never an allow.
		 */
		UNAVAILABLE

	}

}
