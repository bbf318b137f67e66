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

package dev.lumoauth.spring.http;

import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpRequest;

/**
 * A caller's settings for a request that are not sent. See
 * {@link LumoAuthHttp#at(URI, String)} and its neighbours.
 */
final class RequestMarks {

	static final String ENDPOINT = RequestMarks.class.getName() + ".ENDPOINT";

	static final String ID = RequestMarks.class.getName() + ".ID";

	static final String ANSWERS = RequestMarks.class.getName() + ".ANSWERS";

	static final String REFUSALS = RequestMarks.class.getName() + ".REFUSALS";

	static final String FROM_BEHIND = RequestMarks.class.getName() + ".FROM_BEHIND";

	static final String POLL = RequestMarks.class.getName() + ".POLL";

	static final String SIGNED = RequestMarks.class.getName() + ".SIGNED";

	/**
	 * The only status of an answer of LumoAuth, and of its token endpoint (RFC 6749
	 * section 5.1). Another 2xx says that the request is only accepted, that a proxy has
	 * changed the answer, or that the answer is incomplete.
	 */
	private static final Set<Integer> USUAL_ANSWERS = Set.of(200);

	private RequestMarks() {
	}

	/**
	 * Return the endpoint: the address without the id that is in it. Waits and failures
	 * belong to the endpoint, and an id may be a secret.
	 */
	static URI endpoint(HttpRequest request) {
		return (request.getAttributes().get(ENDPOINT) instanceof URI endpoint) ? endpoint : request.getURI();
	}

	/**
	 * Return the id in the address, or {@code null} if there is none.
	 */
	static @Nullable String id(HttpRequest request) {
		return (request.getAttributes().get(ID) instanceof String id) ? id : null;
	}

	/**
	 * Return the statuses that count as an answer to the request.
	 */
	static Set<?> answers(HttpRequest request) {
		return (request.getAttributes().get(ANSWERS) instanceof Set<?> answers) ? answers : USUAL_ANSWERS;
	}

	/**
	 * Return whether LumoAuth refuses the request by a status that says something else
	 * for other requests.
	 */
	static boolean isRefusedBy(HttpRequest request, int status) {
		return request.getAttributes().get(REFUSALS) instanceof Set<?> statuses && statuses.contains(status);
	}

	/**
	 * Return whether the request may fail because of somebody behind LumoAuth.
	 */
	static boolean isPassedOn(HttpRequest request) {
		return request.getAttributes().containsKey(FROM_BEHIND);
	}

	/**
	 * Return whether an error code says that LumoAuth does answer, and only somebody
	 * behind LumoAuth doesn't.
	 */
	static boolean isFromBehind(HttpRequest request, @Nullable String code) {
		return code != null && request.getAttributes().get(FROM_BEHIND) instanceof Set<?> codes && codes.contains(code);
	}

	/**
	 * Return whether the token endpoint is polled until it has a token.
	 */
	static boolean isPoll(HttpRequest request) {
		return request.getAttributes().containsKey(POLL);
	}

	/**
	 * Return whether the agent signs the request, so that a token is not what proves who
	 * the agent is.
	 */
	static boolean isSigned(HttpRequest request) {
		return request.getAttributes().containsKey(SIGNED);
	}

	/**
	 * Return what a poll or a signed request says, which is as good as a token.
	 */
	static Set<?> secrets(HttpRequest request) {
		Object secrets = request.getAttributes().getOrDefault(POLL, request.getAttributes().get(SIGNED));
		return (secrets instanceof Set<?> set) ? set : Set.of();
	}

}
