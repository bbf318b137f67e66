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

package dev.lumoauth.devserver.api;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import dev.lumoauth.devserver.approval.JitTask;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The callers that may request just-in-time permissions: agents with their own token, or
 * with the token of a user for whom they act. With a just-in-time token, an agent can
 * only ask for the state of its task, or complete it.
 */
final class JitCallers {

	private JitCallers() {
	}

	static Agent agent(Caller caller) {
		return caller.agent()
			.orElseThrow(() -> ApiException
				.api(HttpStatus.UNAUTHORIZED, "invalid_token", "The token is a user's and not an agent's")
				.with(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""));
	}

	static Agent agentByItself(Caller caller) {
		if (caller.taskId() != null) {
			throw forbidden("A just-in-time token can't request anything more");
		}
		return agent(caller);
	}

	/**
	 * The user for whom the agent acts with its token.
	 */
	static @Nullable User user(Caller caller) {
		return (caller.actor() != null) ? caller.subject().user() : null;
	}

	static void checkIsOf(JitTask task, Caller caller) {
		if (task.agent() != agent(caller)) {
			throw forbidden("It is another agent's");
		}
		if (caller.taskId() != null && !caller.taskId().equals(task.id())) {
			throw forbidden("The just-in-time token is of another task");
		}
		User user = user(caller);
		if (user != null && task.user() != null && !user.equals(task.user())) {
			throw forbidden("It is on behalf of another user");
		}
	}

	static ApiException forbidden(String text) {
		return ApiException.api(HttpStatus.FORBIDDEN, "access_denied", text);
	}

}
