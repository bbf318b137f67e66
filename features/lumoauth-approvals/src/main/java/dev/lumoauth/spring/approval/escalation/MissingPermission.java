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

package dev.lumoauth.spring.approval.escalation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.token.TokenTarget;

/**
 * The permission that a server reports as missing in the 403 by which it refused a
 * request.
 *
 * @param target the server, as in a request for a token
 * @param details one object of authorization details (RFC 9396 section 2), with a
 * {@code type}
 */
record MissingPermission(TokenTarget target, Map<String, Object> details) {

	MissingPermission {
		details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
	}

	/**
	 * Return the name of the server.
	 * @return its audience, or else its address
	 */
	String server() {
		return name(this.target);
	}

	static String name(TokenTarget target) {
		return (target.audience() != null) ? target.audience() : String.valueOf(target.resource());
	}

	/**
	 * Without the details, which the server has written.
	 */
	@Override
	public String toString() {
		return "MissingPermission[" + server() + "]";
	}

}
