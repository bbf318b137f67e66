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

package dev.lumoauth.spring.test;

import org.jspecify.annotations.Nullable;

/**
 * What a thread works for, as far as that is known: a test, or the part of a test class
 * that belongs to none of its tests. A thread of a pool is known while it runs a task
 * that was {@linkplain #carried(Runnable) carried} there.
 */
final class ThreadTurn {

	/** Not inheritable: a pool's thread outlives the test in which it was made. */
	private static final ThreadLocal<ThreadTurn> CURRENT = new ThreadLocal<>();

	private final @Nullable Turn turn;

	private final String description;

	private ThreadTurn(@Nullable Turn turn, String description) {
		this.turn = turn;
		this.description = description;
	}

	/**
	 * Return what this thread works for, or {@code null} if that isn't known.
	 */
	static @Nullable ThreadTurn current() {
		return CURRENT.get();
	}

	static ThreadTurn of(Turn turn) {
		return new ThreadTurn(turn, turn.toString());
	}

	/**
	 * Code of a test class that belongs to none of its tests.
	 */
	static ThreadTurn outside(Class<?> testClass) {
		return new ThreadTurn(null, testClass.getName());
	}

	/**
	 * Say what this thread works for.
	 * @param current what it is, or {@code null} if that isn't known
	 */
	static void set(@Nullable ThreadTurn current) {
		if (current != null) {
			CURRENT.set(current);
		}
		else {
			CURRENT.remove();
		}
	}

	/**
	 * Return a task that works for the test that this thread works for now, whichever
	 * thread runs it and whenever.
	 */
	static Runnable carried(Runnable task) {
		ThreadTurn submitted = current();
		if (submitted == null) {
			return task;
		}
		return () -> {
			ThreadTurn before = current();
			set(submitted);
			try {
				task.run();
			}
			finally {
				set(before);
			}
		};
	}

	/**
	 * Return the test, or {@code null} if the thread works for none.
	 */
	@Nullable Turn turn() {
		return this.turn;
	}

	@Override
	public String toString() {
		return this.description;
	}

}
