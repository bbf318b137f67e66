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

package dev.lumoauth.spring.mcp.transport;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.McpConnectionAddress;
import org.jspecify.annotations.Nullable;

/**
 * Decides how far a server may extend the scopes of its tokens, and what to say if it
 * demands more. A server's demand is untrusted input: only scopes that the application
 * has configured are requested, and only names that the application itself uses are told
 * to a model.
 */
final class StepUp {

	private final McpConnectionAddress endpoint;

	private final Set<String> allowed = new HashSet<>();

	/** The application's own names, which a refusal may use. */
	private final Set<String> names = new HashSet<>();

	StepUp(McpConnectionAddress endpoint) {
		this.endpoint = endpoint;
		McpConnection connection = endpoint.connection();
		this.allowed.addAll(connection.scopes());
		this.allowed.addAll(connection.stepUpScopes());
		this.names.addAll(this.allowed);
		addNames(connection.capability());
		connection.tools().values().forEach(this::addNames);
	}

	private void addNames(@Nullable CapabilityRequirement requirement) {
		if (requirement != null) {
			this.names.addAll(requirement.capabilities());
		}
	}

	/**
	 * Return the scopes that the application has configured for the server.
	 */
	Set<String> scopes() {
		return this.allowed;
	}

	/**
	 * Return which of the scopes that a server demands may be requested.
	 * @param challenge what the server said
	 * @return the scopes in the server's order, possibly none
	 */
	Set<String> allowed(Challenge challenge) {
		Set<String> scopes = new LinkedHashSet<>(challenge.scopes());
		scopes.retainAll(this.allowed);
		return scopes;
	}

	/**
	 * Return the refusal if no more scopes may be requested.
	 * @param challenge what the server said
	 * @param had the scopes of the token that was not enough
	 * @return the exception, with the application's own names that the token lacks, if
	 * there are any
	 */
	RuntimeException refusal(Challenge challenge, Set<String> had) {
		Set<String> lacking = new LinkedHashSet<>(challenge.scopes());
		lacking.removeAll(had);
		Set<String> foreign = new LinkedHashSet<>(lacking);
		foreign.removeAll(this.allowed);
		lacking.retainAll(this.names);
		if (!lacking.isEmpty()) {
			return new CapabilityDeniedException(List.copyOf(lacking));
		}
		String server = "The server of " + this.endpoint + " refused the request (403) and asks for ";
		return new ResourceDeniedException(foreign.isEmpty() ? server + "only scopes that the token already has"
				: server + "scopes that lumoauth.mcp.connections." + this.endpoint.connection().name()
						+ ".step-up-scopes does not name: '" + Excerpt.of(String.join(" ", foreign))
						+ "'. Name them there if the agent may have them");
	}

	/**
	 * Return the refusal if LumoAuth does not grant the requested scopes.
	 * @param asked the scopes that were added
	 * @param denial LumoAuth's denial
	 * @return the exception
	 */
	static RuntimeException denied(Set<String> asked, LumoAuthDeniedException denial) {
		CapabilityDeniedException denied = new CapabilityDeniedException(List.copyOf(asked));
		denied.addSuppressed(denial);
		return denied;
	}

}
