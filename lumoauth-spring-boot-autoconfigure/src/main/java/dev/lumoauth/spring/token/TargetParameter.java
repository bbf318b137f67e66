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

package dev.lumoauth.spring.token;

/**
 * With which parameter a token exchange names the server that the token is for.
 *
 * @since 0.1.0
 */
public enum TargetParameter {

	/**
	 * {@code audience} (RFC 8693 section 2.1): a name that LumoAuth knows.
	 */
	AUDIENCE,

	/**
	 * {@code resource} (RFC 8707 section 2): an absolute URI.
	 */
	RESOURCE,

	/**
	 * {@code audience} always, and {@code resource} as well where the value is an
	 * absolute {@code https} URI.
	 */
	BOTH

}
