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

package dev.lumoauth.spring;

/**
 * The order in which a token's nested {@code act} claims name several agents that act for
 * one another. LumoAuth's documents show the reverse of RFC 8693, and it is not known
 * which order LumoAuth sends.
 *
 * @since 0.1.0
 * @see ActorChain
 */
public enum ActorOrder {

	/**
	 * It isn't known which of several actors is the current one.
	 */
	UNKNOWN,

	/**
	 * The current actor is the outermost (RFC 8693 section 4.1).
	 */
	RFC8693,

	/**
	 * The first actor is the outermost and the current one the innermost, as in
	 * LumoAuth's documents.
	 */
	FIRST_OUTERMOST

}
