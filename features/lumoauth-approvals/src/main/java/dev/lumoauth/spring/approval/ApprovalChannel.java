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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The way in which one agent asks people. An application may provide its own channel as a
 * bean.
 * <p>
 * Every method asks LumoAuth and blocks meanwhile. A method that gets no answer throws a
 * {@link dev.lumoauth.spring.LumoAuthException}; this never counts as an approval. A
 * channel says who decided only if it knows that from a source that the agent can't
 * impersonate.
 *
 * @since 0.1.0
 */
public interface ApprovalChannel {

	/**
	 * Ask for an approval. Called in the scope of the user on whose behalf the call is
	 * made ({@link dev.lumoauth.spring.user.UserScope}).
	 * @param question what to ask
	 * @return the state of the request, with its reference at LumoAuth; possibly decided
	 * at once
	 * @throws NobodyToAskException if this channel can't ask anybody
	 */
	ApprovalAnswer ask(ApprovalQuestion question);

	/**
	 * Read the state of a request. Called on any thread, without a user.
	 * @param approval the request, with its reference
	 * @return the state of the request
	 */
	ApprovalAnswer status(Approval approval);

	/**
	 * Read the state of an approved request right before its call runs: the approval may
	 * have been withdrawn. Called on any thread.
	 * @param approval the approved request, with its reference
	 * @return the state of the request; the call runs only if it is {@code APPROVED}
	 */
	default ApprovalAnswer confirm(Approval approval) {
		return status(approval);
	}

	/**
	 * Return the token of an approved request, which the call sends to the request's
	 * audiences. Called once, before the call runs, and only if there are audiences.
	 * @param approval the request
	 * @return the token; {@code null} if this channel gives none, so that the ordinary
	 * tokens are used
	 */
	default @Nullable OAuth2AccessToken token(Approval approval) {
		return null;
	}

	/**
	 * Say that the call is over: what was granted for it is no longer valid.
	 * @param approval the request, in a final state
	 */
	default void ended(Approval approval) {
	}

	/**
	 * Return how often to read the state of a request.
	 * @return the shortest time between two such reads of one request
	 */
	Duration interval();

	/**
	 * Return how long the next read of a state has to wait, whichever request it is
	 * about, because LumoAuth limits an agent's requests and the agent's checks come
	 * first. Asked before each read, but for those that can't wait.
	 * @return zero to read one state now, which is the default; otherwise, ask again
	 * after that time, or before
	 */
	default Duration untilNextStatus() {
		return Duration.ZERO;
	}

}
