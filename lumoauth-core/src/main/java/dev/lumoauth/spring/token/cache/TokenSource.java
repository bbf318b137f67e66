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

package dev.lumoauth.spring.token.cache;

import dev.lumoauth.spring.token.grant.TokenKey;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Where one token comes from: what is requested, and how. Each way to a token has an
 * implementation. The code that keeps, shares, renews or observes tokens does not depend
 * on the way.
 */
public interface TokenSource extends Supplier<IssuedToken> {

	/**
	 * Return the key that distinguishes the token from others.
	 */
	TokenKey key();

	/**
	 * Return whether the key has the same meaning in other replicas of the application.
	 */
	default boolean isKnownToAll() {
		return true;
	}

	/**
	 * Return on whose behalf the token is, by the names under which LumoAuth knows them;
	 * {@code null} = the agent itself only. Empty = unknown.
	 */
	default @Nullable Set<String> subjectNames() {
		return null;
	}

	/**
	 * Check that the agent still has a right to the token. Without that right it gets no
	 * token, not even from memory.
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent no longer has that
	 * right
	 */
	default void check() {
	}

}
