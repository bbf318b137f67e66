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

package dev.lumoauth.spring.method;

import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.security.core.Authentication;

/**
 * Authorizes a call by the agent's capabilities. Who the user is does not matter, so the
 * {@code Authentication} is never asked for: there may be none on this thread.
 */
final class CapabilityAuthorizationManager
		implements AuthorizationManager<MethodInvocation>, MethodAuthorizationDeniedHandler {

	private final InvokedRequirement requirement;

	private final Supplier<CapabilityDecisions> decisions;

	CapabilityAuthorizationManager(InvokedRequirement requirement, Supplier<CapabilityDecisions> decisions) {
		this.requirement = requirement;
		this.decisions = decisions;
	}

	@Override
	public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
			MethodInvocation invocation) {
		CapabilityRequirement required = this.requirement.find(invocation);
		if (required == null) {
			return new AuthorizationDecision(false);
		}
		// For Spring Security null is an allow: an implementation of the application's
		// own must not get there.
		return Objects.requireNonNull(this.decisions.get().decide(required), "No decision on a capability");
	}

	@Override
	public Object handleDeniedInvocation(MethodInvocation invocation, AuthorizationResult result) {
		if (result instanceof AuthorizationDeniedException denied) {
			// Out of the method's body: not ours.
			throw denied;
		}
		throw (result instanceof CapabilityDecision decision) ? Refusals.of(decision) : Refusals.unexplained();
	}

}
