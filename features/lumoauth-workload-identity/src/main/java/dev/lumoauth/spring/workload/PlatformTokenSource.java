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

package dev.lumoauth.spring.workload;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * Supplies the token by which the agent's platform identifies the agent: a signed JWT,
 * such as a Kubernetes service account token or a cloud's identity token. LumoAuth
 * accepts the token instead of a secret. An application whose platform this library
 * doesn't know declares a bean of this type.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PlatformTokenSource {

	/**
	 * Return the platform's token. Called once for each request to LumoAuth that needs
	 * it, on one of this library's threads, which is interrupted when
	 * {@code lumoauth.max-wait} is over; the token is not remembered. The source has to
	 * be thread-safe. What is bound to the thread that makes the request is not there.
	 * @return the token, a JWT (RFC 7519) in its compact form
	 * @throws LumoAuthUnavailableException if there is no token now; the message names
	 * the file, the variable or the address that was used, and what to do, but never the
	 * token
	 */
	String token();

}
