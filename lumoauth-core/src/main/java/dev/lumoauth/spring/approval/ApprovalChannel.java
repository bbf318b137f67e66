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

package dev.lumoauth.spring.approval;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

import dev.lumoauth.spring.client.LumoAuthClient;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The way by which one agent asks people. An application may bring its own as a bean.
 * <p>
 * Every method asks LumoAuth and blocks for that. One that gets no answer throws a
 * {@link dev.lumoauth.spring.LumoAuthException}: never an approval. A channel tells who
 * decided only if it has that from somebody whom the agent can't impersonate.
 *
 * @since 0.1.0
 */
public interface ApprovalChannel {

	/**
	 * Return the way by LumoAuth's just-in-time permissions, whose rules say who decides.
	 * How each request stands is asked every 5 seconds.
	 * @param client LumoAuth's API, as the agent asks it
	 * @return the channel
	 */
	static ApprovalChannel jit(LumoAuthClient client) {
		return jit(client, Duration.ofSeconds(5), Clock.systemUTC(), null);
	}

	/**
	 * Return the way by LumoAuth's just-in-time permissions.
	 * @param client LumoAuth's API, as the agent asks it
	 * @param pollInterval how often to ask how a request stands
	 * @param clock tells how long what was approved lasts
	 * @param callback where LumoAuth is to say that a request is decided
	 * ({@code callback_url}), for {@link LumoAuthApprovals#notified}; {@code null} for
	 * nowhere
	 * @return the channel
	 */
	static ApprovalChannel jit(LumoAuthClient client, Duration pollInterval, Clock clock, @Nullable URI callback) {
		return new JitChannel(client, pollInterval, clock, callback);
	}

	/**
	 * Return the way by LumoAuth's push approvals: the user on whose behalf the call is,
	 * or the approver, is asked on a device. How each request stands is asked every 1.5
	 * seconds.
	 * @param client LumoAuth's API, as the agent asks it
	 * @return the channel
	 */
	static ApprovalChannel push(LumoAuthClient client) {
		return push(client, Duration.ofMillis(1_500));
	}

	/**
	 * Return the way by LumoAuth's push approvals.
	 * @param client LumoAuth's API, as the agent asks it
	 * @param pollInterval how often to ask how a request stands
	 * @return the channel
	 */
	static ApprovalChannel push(LumoAuthClient client, Duration pollInterval) {
		return new PushChannel(client, pollInterval);
	}

	/**
	 * Return the way by OpenID Connect CIBA: the user on whose behalf the call is, or the
	 * approver, is asked. How requests stand is asked at LumoAuth's token endpoint, 10
	 * times a minute at most for all of them.
	 * @param client LumoAuth's API, as the agent asks it
	 * @return the channel
	 */
	static ApprovalChannel ciba(LumoAuthClient client) {
		return ciba(client, Clock.systemUTC());
	}

	/**
	 * Return the way by OpenID Connect CIBA, as {@link #ciba(LumoAuthClient)} does.
	 * @param client LumoAuth's API, as the agent asks it
	 * @param clock tells when a request may be asked about, and how long what was
	 * approved lasts
	 * @return the channel
	 */
	static ApprovalChannel ciba(LumoAuthClient client, Clock clock) {
		return new CibaChannel(client, clock);
	}

	/**
	 * Ask. Called in the scope of the user on whose behalf the call is
	 * ({@link dev.lumoauth.spring.user.UserScope}).
	 * @param question what to ask
	 * @return how it stands, with its reference at LumoAuth; possibly decided at once
	 * @throws NobodyToAskException if nobody can be asked in this way
	 */
	ApprovalAnswer ask(ApprovalQuestion question);

	/**
	 * Ask how a request stands. Called on any thread, without a user.
	 * @param approval the request, with its reference
	 * @return how it stands
	 */
	ApprovalAnswer status(Approval approval);

	/**
	 * Return the token that an approved request gives, for what its call sends to the
	 * request's audiences. Asked for once, before the call runs, and only if there are
	 * audiences.
	 * @param approval the request
	 * @return the token; {@code null} if this way gives none, and the ordinary tokens are
	 * used
	 */
	default @Nullable OAuth2AccessToken token(Approval approval) {
		return null;
	}

	/**
	 * Forget the tokens that wait for their calls, those under way included: LumoAuth has
	 * taken something away. A call asks for its token again.
	 */
	default void forgetTokens() {
	}

	/**
	 * Say that the call is over: what was given for it is worth nothing from now on.
	 * @param approval the request, in a final state
	 */
	default void ended(Approval approval) {
	}

	/**
	 * Return how often to ask how a request stands.
	 * @return the shortest time between two questions about one request
	 */
	Duration interval();

	/**
	 * Return how often all requests together may be asked about.
	 * @return requests per minute
	 */
	default int statusesPerMinute() {
		return 600;
	}

}
