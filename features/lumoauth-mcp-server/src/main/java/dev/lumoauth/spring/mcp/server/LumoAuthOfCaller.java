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

package dev.lumoauth.spring.mcp.server;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.client.SubjectClient;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * LumoAuth's answers for one caller of a server. If LumoAuth does not accept the token,
 * or does not let the caller ask, that is a denial for this caller. If the caller asks
 * too often, this caller has to wait. If LumoAuth gives no answer, that is an outage for
 * all.
 */
final class LumoAuthOfCaller implements CapabilitySource {

	private static final Log logger = LogFactory.getLog(CallerDecisions.class);

	private static final Duration MAX_WAIT = Duration.ofSeconds(30);

	private static final Duration WAIT_IF_NONE_IS_NAMED = Duration.ofSeconds(1);

	private final BiConsumer<Collection<String>, BiConsumer<String, Boolean>> asking;

	private volatile @Nullable Wait wait;

	/**
	 * Create the source.
	 * @param asking asks LumoAuth about names, and hands over each answer
	 */
	LumoAuthOfCaller(BiConsumer<Collection<String>, BiConsumer<String, Boolean>> asking) {
		this.asking = asking;
	}

	static OAuth2AccessToken accessToken(CallerAuthenticationToken caller) {
		Jwt token = caller.getToken();
		return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token.getTokenValue(), token.getIssuedAt(),
				token.getExpiresAt());
	}

	/**
	 * Return whether a token is valid only with a proof that only the caller can make
	 * (RFC 9449, RFC 8705).
	 */
	static boolean isBound(CallerAuthenticationToken caller) {
		return caller.getToken().hasClaim("cnf");
	}

	/**
	 * LumoAuth would refuse the token, so there is no reason to send it.
	 */
	static CapabilitySource notAskedWithABoundToken(String decideBy) {
		String reason = "With lumoauth.mcp.server.decide-by=" + decideBy
				+ " LumoAuth is asked with the caller's token, and this token is bound to a key of the caller. "
				+ "LumoAuth accepts the token only with that key: set lumoauth.mcp.server.decide-by=scopes";
		return (capabilities) -> {
			throw new LumoAuthUnavailableException(reason, null);
		};
	}

	@Override
	public Map<String, Boolean> ask(Collection<String> capabilities) {
		Map<String, Boolean> answers = new LinkedHashMap<>();
		ask(capabilities, answers::put);
		return answers;
	}

	@Override
	public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
		Wait wait = this.wait;
		if (wait != null && !wait.isOver(System.nanoTime())) {
			throw wait.failure();
		}
		Set<String> open = new LinkedHashSet<>(capabilities);
		try {
			this.asking.accept(capabilities, (name, answer) -> {
				open.remove(name);
				answers.accept(name, answer);
			});
			this.wait = null;
		}
		catch (LumoAuthAuthenticationException | LumoAuthDeniedException ex) {
			logger.debug("LumoAuth refuses a caller of this server, so the caller is denied", ex);
			open.forEach((name) -> answers.accept(name, false));
		}
		catch (LumoAuthRateLimitedException ex) {
			this.wait = new Wait(System.nanoTime(), bounded(ex.getRetryAfter()), ex);
			throw ex;
		}
		catch (LumoAuthBudgetExceededException ex) {
			this.wait = new Wait(System.nanoTime(), WAIT_IF_NONE_IS_NAMED, ex);
			throw ex;
		}
	}

	private static Duration bounded(@Nullable Duration wait) {
		if (wait == null || wait.isNegative()) {
			return WAIT_IF_NONE_IS_NAMED;
		}
		return (wait.compareTo(MAX_WAIT) > 0) ? MAX_WAIT : wait;
	}

	/**
	 * A time during which no questions about the caller are sent.
	 *
	 * @param since from when, by {@link System#nanoTime()}
	 * @param length how long
	 * @param failure what LumoAuth said
	 */
	private record Wait(long since, Duration length, LumoAuthException failure) {

		boolean isOver(long now) {
			return now - this.since >= this.length.toNanos();
		}

	}

}
