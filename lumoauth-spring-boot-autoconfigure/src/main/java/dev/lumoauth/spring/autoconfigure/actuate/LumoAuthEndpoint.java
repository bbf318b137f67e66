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
package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.guard.GuardedCode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows the state of the application's agents: their
 * decisions, tokens, budget and approvals, and how LumoAuth answers them. Reading it
 * sends no request to LumoAuth. It shows no token, no secret, no user, no arguments of a
 * call, and no text that LumoAuth or another server wrote.
 */
@Endpoint(id = "lumoauth")
public class LumoAuthEndpoint {

	private final LumoAuthConnection connection;

	private final AgentRuntimes agents;

	private final Supplier<List<GuardedCode>> guards;

	private final ObjectProvider<EndpointPart> parts;

	private final ObjectProvider<EndpointOperation> operations;

	LumoAuthEndpoint(LumoAuthConnection connection, AgentRuntimes agents, Supplier<List<GuardedCode>> guards,
			ObjectProvider<EndpointPart> parts, ObjectProvider<EndpointOperation> operations) {
		this.operations = operations;
		this.connection = connection;
		this.agents = agents;
		this.guards = guards;
		this.parts = parts;
	}

	/**
	 * Return the state.
	 * @return the agents, the default agent first if there is one
	 */
	@ReadOperation
	public LumoAuthDescriptor lumoAuth() {
		return new LumoAuthDescriptor(this.connection.url().toString(),
				(this.connection.tenant() != null) ? "tenant" : "org-id", this.connection.tenant(),
				this.connection.orgId(), this.agents.all().stream().map(AgentDescription::of).toList(),
				this.guards.get().stream().map(LumoAuthEndpoint::describe).toList(), describeParts());
	}

	private Map<String, Object> describeParts() {
		Map<String, Object> described = new LinkedHashMap<>();
		this.parts.orderedStream().forEach((part) -> {
			Object state = part.describe();
			if (state != null) {
				described.put(part.name(), state);
			}
		});
		return described;
	}

	/**
	 * Change something of a feature.
	 * @param part the feature's part, such as {@code approvals}
	 * @param id the id of the thing
	 * @param action what to do with it
	 * @return the state of the thing, and why nothing was done if that is so
	 */
	@WriteOperation
	public Object change(@Selector String part, @Selector String id, String action) {
		EndpointOperation operation = this.operations.stream()
			.filter((each) -> each.part().equals(part))
			.findFirst()
			.orElseThrow(() -> new InvalidEndpointRequestException("There is no such part",
					"Use one of: " + this.operations.stream().map(EndpointOperation::part).toList()));
		try {
			return operation.change(id, action);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException("There is no such action", String.valueOf(ex.getMessage()), ex);
		}
	}

	private static GuardDescriptor describe(GuardedCode guarded) {
		CapabilityRequirement requirement = guarded.requirement();
		return new GuardDescriptor(guarded.name(), guarded.layer().code(), guarded.agent(),
				(requirement != null) ? requirement.capabilities() : List.of(), match(requirement),
				guarded.terms().onBehalfOfUser(),
				guarded.terms().all().stream().anyMatch((term) -> term.code().equals("approval")));
	}

	private static String match(@Nullable CapabilityRequirement requirement) {
		Match match = (requirement != null) ? requirement.match() : Match.ALL;
		return (match != null) ? match.name().toLowerCase(Locale.ROOT) : "one of each of several groups";
	}

	/**
	 * Drop remembered decisions of all agents, so that LumoAuth is asked with the next
	 * use of each capability. The answer to a request in progress is not remembered
	 * either.
	 * @param capability the capability to forget; {@code null} = all
	 * @return how many decisions were dropped
	 */
	@DeleteOperation
	public DroppedDecisionsDescriptor dropDecisions(@Nullable String capability) {
		int dropped = 0;
		for (AgentRuntime agent : this.agents.all()) {
			dropped += drop(agent, capability);
		}
		return new DroppedDecisionsDescriptor(dropped);
	}

	private static int drop(AgentRuntime agent, @Nullable String capability) {
		CapabilityDecisions decisions = agent.get(CapabilityDecisions.class);
		int known = (int) decisions.remembered()
			.stream()
			.filter((decision) -> capability == null || decision.capability().equals(capability))
			.count();
		if (capability != null) {
			decisions.invalidate(capability);
		}
		else {
			decisions.invalidate();
		}
		return known;
	}

	/**
	 * What the endpoint shows.
	 *
	 * @param url the address of LumoAuth
	 * @param layout the layout of its addresses: {@code tenant} or {@code org-id}
	 * @param tenant the tenant, or {@code null} in the other layout
	 * @param orgId the organization, or {@code null} in the other layout
	 * @param agents the agents
	 * @param guards the guarded code and its layers, as far as guards have noted it
	 * @param parts what features tell about the application, by their names, such as
	 * {@code eventStream}
	 */
	public record LumoAuthDescriptor(String url, String layout, @Nullable String tenant, @Nullable String orgId,
			List<AgentDescriptor> agents, List<GuardDescriptor> guards,
			@JsonAnyGetter Map<String, Object> parts) implements OperationResponseBody {

	}

	/**
	 * An agent.
	 *
	 * @param name its name under {@code lumoauth.agents}; {@code null} for the default
	 * agent
	 * @param agentId its client id
	 * @param capabilities the remembered decisions, by capability
	 * @param tokens the tokens in memory
	 * @param keyThumbprint the thumbprint of the key that tokens are bound to (RFC 9449);
	 * {@code null} if no token is bound to a key yet
	 * @param budget its budget
	 * @param authzPath the address of checks that it uses now: {@code prefixed} or
	 * {@code root}
	 * @param endpoints how LumoAuth's endpoints answer this agent
	 * @param errors its last failed requests, the latest first
	 * @param details what features tell about it, by their names, such as
	 * {@code approvals}
	 */
	public record AgentDescriptor(@Nullable String name, String agentId, Map<String, DecisionDescriptor> capabilities,
			List<TokensDescriptor> tokens, @Nullable String keyThumbprint, BudgetDescriptor budget, String authzPath,
			List<EndpointDescriptor> endpoints, List<ErrorDescriptor> errors,
			@JsonAnyGetter Map<String, Object> details) {

	}

	/**
	 * A remembered decision.
	 *
	 * @param decision {@code allow}, {@code deny}, or {@code stale}: an allow past its
	 * lifetime, which counts only while LumoAuth is unreachable
	 * @param age the age of the answer
	 */
	public record DecisionDescriptor(String decision, Duration age) {

	}

	/**
	 * The tokens for one server, all users together.
	 *
	 * @param grant {@code client_credentials} or {@code token_exchange}
	 * @param audience the server's id or its address; {@code null} for the agent's own
	 * token
	 * @param onBehalf whether the agent uses them to act for others
	 * @param held how many there are
	 * @param expiresAt when the first of them expires
	 * @param renewal how many are {@code fresh}, {@code due}, {@code renewing} or
	 * {@code renewal_failed}
	 */
	public record TokensDescriptor(String grant, @Nullable String audience, boolean onBehalf, int held,
			Instant expiresAt, Map<String, Integer> renewal) {

	}

	/**
	 * A budget.
	 *
	 * @param state {@code available}, {@code unlimited}, {@code exhausted} or
	 * {@code unknown}
	 * @param reason which limit is reached, or a code that says why it is unknown;
	 * otherwise {@code null}
	 * @param asOf when LumoAuth last gave figures; {@code null} if it never did
	 * @param limits the limits and their usage, by the name of the limit
	 */
	public record BudgetDescriptor(String state, @Nullable String reason, @Nullable Instant asOf,
			Map<String, LimitDescriptor> limits) {

	}

	/**
	 * A limit of a budget.
	 *
	 * @param used the amount used, in the limit's unit; {@code null} if nobody counts it
	 * @param limit the limit
	 */
	public record LimitDescriptor(@Nullable Number used, Number limit) {

	}

	/**
	 * An endpoint of LumoAuth.
	 *
	 * @param endpoint its name, such as {@code authz/check}; {@code other} for the
	 * application's own requests
	 * @param breaker {@code closed}, {@code open} or {@code half_open}
	 * @param failures how many requests in a row have failed
	 * @param openUntil when it is asked again; {@code null} if the breaker is closed
	 * @param rateLimitedUntil until when it asked to wait, or {@code null}
	 */
	public record EndpointDescriptor(String endpoint, String breaker, int failures, @Nullable Instant openUntil,
			@Nullable Instant rateLimitedUntil) {

	}

	/**
	 * A failed request.
	 *
	 * @param at when
	 * @param endpoint the name of the endpoint
	 * @param code {@code authentication}, {@code denied}, {@code rate_limited},
	 * {@code budget_exceeded}, {@code protocol} or {@code unavailable}
	 * @param error LumoAuth's error code if it is a registered one, or {@code null}
	 * @param status the HTTP status; {@code null} if there was no answer
	 */
	public record ErrorDescriptor(Instant at, String endpoint, String code, @Nullable String error,
			@Nullable Integer status) {

	}

	/**
	 * Guarded code.
	 *
	 * @param name the name of a tool, of a bean, or of a bean and its method
	 * @param layer the layer that guards it, such as {@code bean_method} or
	 * {@code mcp_connection}
	 * @param agent the name of the agent whose capabilities count; {@code null} for the
	 * default agent
	 * @param capabilities the capabilities that it needs
	 * @param match whether it needs {@code all} of them, or {@code any}; if several
	 * annotations add up, {@code one of each of several groups}
	 * @param onBehalfOfUser whether it acts for the current user
	 * @param approval whether a call may need a person's approval
	 */
	public record GuardDescriptor(String name, String layer, @Nullable String agent, List<String> capabilities,
			String match, boolean onBehalfOfUser, boolean approval) {

	}

	/**
	 * The result of a request to drop decisions.
	 *
	 * @param dropped how many were dropped
	 */
	public record DroppedDecisionsDescriptor(int dropped) implements OperationResponseBody {

	}

}
