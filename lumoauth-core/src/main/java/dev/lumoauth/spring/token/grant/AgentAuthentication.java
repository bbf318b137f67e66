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

package dev.lumoauth.spring.token.grant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * Authenticates the agent at LumoAuth with its current credentials, and remembers the
 * result. Credentials that LumoAuth did not accept are not sent again for 10 seconds by
 * any request of the agent, unless they have changed. If they have changed while LumoAuth
 * answered, the request is sent again.
 */
public final class AgentAuthentication {

	static final Duration REFUSAL_LIFE = Duration.ofSeconds(10);

	static final String INVALID_CLIENT = "invalid_client";

	private static final String REFUSED = "authentication_failed";

	private final AgentCredentials credentials;

	private final Clock clock;

	private final String toCheck;

	private volatile @Nullable Refusal refusal;

	private volatile AuthenticationStatus status;

	/**
	 * Create an authentication.
	 * @param credentials the agent's credentials
	 * @param clock the clock
	 * @param toCheck what to check if LumoAuth does not accept them: names of properties,
	 * for a message
	 */
	public AgentAuthentication(AgentCredentials credentials, Clock clock, String toCheck) {
		this.credentials = credentials;
		this.clock = clock;
		this.toCheck = toCheck;
		this.status = new AuthenticationStatus(method(), AuthenticationStatus.Outcome.NONE, null, null);
	}

	/**
	 * Get the agent's own token. Any 401 is about the agent.
	 */
	public <T> T forOwnToken(Function<AgentCredentials, T> request) {
		return prove(request, true);
	}

	/**
	 * Get a token in exchange for another. A 401 may be about that other token: only
	 * {@code invalid_client} is about the agent.
	 */
	<T> T forOthers(Function<AgentCredentials, T> request) {
		return prove(request, false);
	}

	private <T> T prove(Function<AgentCredentials, T> request, boolean own) {
		Refusal remembered = this.refusal;
		if (remembered != null && !this.clock.instant().isBefore(remembered.until())) {
			remembered = null;
		}
		if (remembered != null && remembered.shown().isAnotherEachTime()) {
			throw remembered.again();
		}
		AgentCredentials shown = current();
		if (remembered != null && remembered.shown().equals(shown)) {
			throw remembered.again();
		}
		boolean changed = false;
		while (true) {
			try {
				return note(request, shown, own);
			}
			catch (LumoAuthAuthenticationException ex) {
				if (!isAboutAgent(ex, own)) {
					throw ex;
				}
				AgentCredentials other = changed ? shown : current();
				if (other.equals(shown)) {
					throw refused(shown, ex);
				}
				shown = other;
				changed = true;
			}
		}
	}

	/**
	 * Return whether a refusal is about the agent. An agent that sends no credentials
	 * can't be refused because of them. A proof of possession says nothing about who the
	 * agent is.
	 */
	private boolean isAboutAgent(LumoAuthAuthenticationException refusal, boolean own) {
		if (LumoAuthAuthenticationException.INVALID_DPOP_PROOF.equals(refusal.getErrorCode())) {
			if (own) { // otherwise it may be the key of the user's token
				note(AuthenticationStatus.Outcome.REFUSED, LumoAuthAuthenticationException.INVALID_DPOP_PROOF);
			}
			return false;
		}
		return own || (INVALID_CLIENT.equals(refusal.getErrorCode())
				&& !this.credentials.method().equals(ClientAuthenticationMethod.NONE));
	}

	private AgentCredentials current() {
		try {
			return this.credentials.current();
		}
		catch (RuntimeException ex) {
			note(AuthenticationStatus.Outcome.UNAVAILABLE, "no_credentials");
			throw (ex instanceof LumoAuthException) ? ex
					: new LumoAuthUnavailableException("The agent has no '" + method() + "' credentials to show", ex);
		}
	}

	/**
	 * Send a request and record its result. A refusal to an agent that LumoAuth knows, or
	 * a missing answer, says something about the agent only if the agent asked for its
	 * own token.
	 */
	private <T> T note(Function<AgentCredentials, T> request, AgentCredentials shown, boolean own) {
		try {
			T answer = request.apply(shown);
			this.refusal = null;
			note(AuthenticationStatus.Outcome.ACCEPTED, null);
			return answer;
		}
		catch (LumoAuthAuthenticationException ex) {
			throw ex;
		}
		catch (LumoAuthDeniedException ex) {
			if (own) {
				note(AuthenticationStatus.Outcome.REFUSED, ex.getErrorCode());
			}
			throw ex;
		}
		catch (LumoAuthException ex) {
			if (own) {
				note(AuthenticationStatus.Outcome.UNAVAILABLE,
						(ex instanceof LumoAuthProtocolException) ? "invalid_answer" : "no_answer");
			}
			throw ex;
		}
	}

	private CredentialsRefusedException refused(AgentCredentials shown, LumoAuthAuthenticationException refusal) {
		String what = shown.shown();
		String message = refusal.getMessage() + ": check " + this.toCheck
				+ ((what != null) ? ". LumoAuth has to know what was sent: " + what : "");
		String code = refusal.getErrorCode();
		CredentialsRefusedException refused = new CredentialsRefusedException(message, code, refusal);
		this.refusal = new Refusal(shown, this.clock.instant().plus(REFUSAL_LIFE), refused);
		note(AuthenticationStatus.Outcome.REFUSED, (code != null) ? code : REFUSED);
		return refused;
	}

	private void note(AuthenticationStatus.Outcome outcome, @Nullable String reason) {
		this.status = new AuthenticationStatus(method(), outcome, this.clock.instant(), reason);
	}

	public AuthenticationStatus status() {
		return this.status;
	}

	String method() {
		return this.credentials.method().getValue();
	}

	/**
	 * Forget the credentials that LumoAuth did not accept.
	 */
	public void forget() {
		this.refusal = null;
	}

	/**
	 * The credentials that LumoAuth did not accept.
	 *
	 * @param shown the credentials
	 * @param until when they may be sent again
	 * @param refusal LumoAuth's refusal
	 */
	private record Refusal(AgentCredentials shown, Instant until, CredentialsRefusedException refusal) {

		/**
		 * An exception of this call's own, with the stack trace of this call.
		 */
		CredentialsRefusedException again() {
			return new CredentialsRefusedException(String.valueOf(this.refusal.getMessage()),
					this.refusal.getErrorCode(), this.refusal);
		}

	}

}
