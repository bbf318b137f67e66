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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Where the replicas of an application keep the tokens that they share: a store outside
 * of them, such as Redis. It gets names and values that say nothing to who has not the
 * encryption key. Where it throws, or doesn't answer within
 * {@code lumoauth.token-store.timeout}, that is logged, and the replica goes without it
 * for some seconds. Called on threads of the library's own, which are interrupted when
 * that time is over.
 *
 * @since 0.1.0
 */
public interface SharedTokenStore {

	/**
	 * The length of the longest value that is kept or read. Who can write to the store
	 * could make it longer.
	 */
	int MAX_BYTES = 256 * 1024;

	/**
	 * Return a value. Of one that is longer than {@link #MAX_BYTES} a part will do: it is
	 * none of ours.
	 * @param name its name, of at most 100 letters, digits, hyphens and colons
	 * @return the value, or {@code null} if there is none
	 */
	byte @Nullable [] find(String name);

	/**
	 * Keep a value, in place of another.
	 * @param name its name
	 * @param value the value
	 * @param life for how long
	 */
	void save(String name, byte[] value, Duration life);

	/**
	 * Remove a value, in one step, if it is still the one that is given.
	 * @param name its name
	 * @param value the value
	 */
	void remove(String name, byte[] value);

	/**
	 * Take a lock, in one step, unless it is taken.
	 * @param name its name
	 * @param holder who takes it, random
	 * @param life after which it is free again by itself
	 * @return whether it was free
	 */
	boolean lock(String name, String holder, Duration life);

	/**
	 * Free a lock, in one step, if it is still the holder's.
	 * @param name its name
	 * @param holder who has taken it
	 */
	void unlock(String name, String holder);

}
