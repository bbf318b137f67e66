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

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.cache.TokenStatus;
import dev.lumoauth.spring.token.grant.AuthenticationStatus;
import dev.lumoauth.spring.token.grant.AuthenticationStatus.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link HealthIndicator} for the identity of the application's agents at LumoAuth: the
 * authentication method of each agent, whether LumoAuth accepted it last time, when the
 * agent's token expires, and to which key the token is bound. LumoAuth is never asked on
 * the probe's thread. For an agent that has sent no request yet, the token is fetched in
 * the background.
 * <p>
 * {@code DOWN} with a reason if LumoAuth did not accept the credentials, even while an
 * earlier token is still valid; {@code UNKNOWN} if nothing is known and there is no valid
 * token.
 */
class IdentityHealthIndicator extends AbstractHealthIndicator {

	private final Supplier<List<AgentRuntime>> agents;

	private final Executor executor;

	private final Clock clock;

	IdentityHealthIndicator(Supplier<List<AgentRuntime>> agents, Executor executor, Clock clock) {
		super("LumoAuth identity health check failed");
		this.agents = agents;
		this.executor = executor;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Status worst = Status.UP;
		Map<String, Object> named = new LinkedHashMap<>();
		for (AgentRuntime agent : this.agents.get()) {
			AuthenticationStatus authentication = agent.get(LumoAuthTokens.class).authentication();
			Instant end = end(agent.get(LumoAuthTokens.class));
			Status status = status(authentication, end);
			worst = worse(worst, status);
			Map<String, Object> details = details(authentication, end, agent.get(LumoAuthTokens.class).keyThumbprint());
			String name = agent.identity().name();
			if (name == null) {
				builder.withDetails(details);
			}
			else {
				details.put("status", status.getCode());
				named.put(name, details);
			}
			if (authentication.outcome() == Outcome.NONE) {
				ask(agent.get(LumoAuthTokens.class));
			}
		}
		if (!named.isEmpty()) {
			builder.withDetail("agents", named);
		}
		builder.status(worst);
	}

	private void ask(LumoAuthTokens tokens) {
		try {
			this.executor.execute(() -> {
				try {
					tokens.agentToken();
				}
				catch (LumoAuthException ex) {
					// The next probe shows it.
				}
			});
		}
		catch (RejectedExecutionException ex) {
			// The application ends, or has too much to do: the next probe tries again.
		}
	}

	private static Status status(AuthenticationStatus authentication, @Nullable Instant end) {
		return switch (authentication.outcome()) {
			case ACCEPTED -> Status.UP;
			case REFUSED -> Status.DOWN;
			case NONE, UNAVAILABLE -> (end != null) ? Status.UP : Status.UNKNOWN;
		};
	}

	private static Status worse(Status one, Status other) {
		if (one.equals(Status.DOWN) || other.equals(Status.DOWN)) {
			return Status.DOWN;
		}
		return one.equals(Status.UP) ? other : one;
	}

	private static Map<String, Object> details(AuthenticationStatus authentication, @Nullable Instant end,
			@Nullable String keyThumbprint) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("method", authentication.method());
		details.put("lastAttempt", AgentDescription.code(authentication.outcome()));
		if (authentication.at() != null) {
			details.put("lastAttemptAt", authentication.at().toString());
		}
		if (authentication.reason() != null) {
			details.put("reason", authentication.reason());
		}
		if (end != null) {
			details.put("tokenExpiresAt", end.toString());
		}
		if (keyThumbprint != null) {
			details.put("keyThumbprint", keyThumbprint);
		}
		return details;
	}

	/**
	 * Return when the agent's own token expires, if there is a valid one.
	 */
	private @Nullable Instant end(LumoAuthTokens tokens) {
		Instant now = this.clock.instant();
		return tokens.statuses()
			.stream()
			.filter(TokenStatus::isOwn)
			.map(TokenStatus::expiresAt)
			.filter(now::isBefore)
			.max(Comparator.naturalOrder())
			.orElse(null);
	}

}
