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
package dev.lumoauth.spring.redis;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The external store in which the replicas of an application keep the tokens that they
 * share, such as Redis. The store gets names and values that reveal nothing without the
 * encryption key. If the store throws, or doesn't answer within
 * {@code lumoauth.token-store.timeout}, that is logged, and the replica does without the
 * store for some seconds. Called on the library's own threads, which are interrupted
 * after that time.
 *
 * @since 0.1.0
 */
public interface SharedTokenStore {

	/**
	 * The maximum length of a value that is kept or read. Anyone who can write to the
	 * store could store a longer value.
	 */
	int MAX_BYTES = 256 * 1024;

	/**
	 * Return a value. For a value that is longer than {@link #MAX_BYTES}, which this
	 * library did not write, a part is enough.
	 * @param name the name of the value, of at most 100 letters, digits, hyphens and
	 * colons
	 * @return the value, or {@code null} if there is none
	 */
	byte @Nullable [] find(String name);

	/**
	 * Keep a value, replacing a previous one.
	 * @param name the name of the value
	 * @param value the value
	 * @param life how long to keep the value
	 */
	void save(String name, byte[] value, Duration life);

	/**
	 * Remove a value atomically, if it is still the given one.
	 * @param name the name of the value
	 * @param value the value
	 */
	void remove(String name, byte[] value);

	/**
	 * Take a lock atomically, unless it is taken.
	 * @param name the name of the lock
	 * @param holder the random id of the holder
	 * @param life the time after which the lock is released automatically
	 * @return whether the lock was free
	 */
	boolean lock(String name, String holder, Duration life);

	/**
	 * Release a lock atomically, if the holder still has it.
	 * @param name the name of the lock
	 * @param holder the id of the holder
	 */
	void unlock(String name, String holder);

}
