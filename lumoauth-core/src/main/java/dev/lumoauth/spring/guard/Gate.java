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

package dev.lumoauth.spring.guard;

import java.util.List;

import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a call on a term may go on. Each agent has one gate for each kind of
 * term, the same object at every entry point. The guard asks the gates in their order,
 * for blocking calls and for reactive ones alike; a gate only answers.
 * <p>
 * The guard runs a gate for the caller of the call and, behind the gate of
 * {@code @OnBehalfOfUser}, in the scope of that user.
 *
 * @param <T> the type of the term
 * @since 0.1.0
 */
public interface Gate<T extends GuardTerm<T>> {

	/**
	 * The order of the gate that asks for capabilities.
	 */
	int CAPABILITY = 100;

	/**
	 * The order of the gate that finds the user.
	 */
	int USER = 200;

	/**
	 * The order of a gate that asks a person.
	 */
	int PERSON = 300;

	/**
	 * Return the kind of term that this gate knows.
	 * @return the class of the term
	 */
	Class<T> term();

	/**
	 * Return the place of this gate among the others. No person is asked about a call
	 * that is denied anyway.
	 * @return the order, lowest first
	 */
	int order();

	/**
	 * Decide a call. May block for a request, but not for a person.
	 * @param call the call
	 * @param term the term of the call
	 * @return how the call goes on
	 * @throws RuntimeException a {@link Refusal} if the call may not go on
	 */
	Admission admit(GuardedCall call, T term);

	/**
	 * Decide a call from what is known, without blocking.
	 * @param call the call
	 * @param term the term of the call
	 * @return how the call goes on; {@code null} if {@link #admit} has to find out, which
	 * is the default
	 * @throws RuntimeException a {@link Refusal} if the call may not go on
	 */
	default @Nullable Admission known(GuardedCall call, T term) {
		return null;
	}

	/**
	 * Return whether this gate seldom blocks. A reactive call then asks it on the thread
	 * of the subscriber, if that thread may block.
	 * @return {@code false} by default
	 */
	default boolean isQuick() {
		return false;
	}

	/**
	 * Return whether this gate may {@link #cure} the refusal of a call.
	 * @param terms the terms of the call
	 * @return {@code false} by default
	 */
	default boolean mayCure(GuardTerms terms) {
		return false;
	}

	/**
	 * Decide a call that an earlier gate has refused because the agent lacks
	 * capabilities. The decision includes this gate's own term of the call. May block for
	 * a request.
	 * @param call the call
	 * @param refusal the refusal, with the missing capabilities
	 * @return how the call goes on; {@code null} if the refusal stands, which is the
	 * default
	 * @throws RuntimeException a {@link Refusal} if the call may not go on for another
	 * reason
	 */
	default @Nullable Admission cure(GuardedCall call, Refusal refusal) {
		return null;
	}

	/**
	 * Return what a model should know when its caller starts a chat. Sends no request.
	 * @param tool the name of a tool that the chat offers
	 * @param caller who starts the chat
	 * @return texts, none by default
	 */
	default List<String> remarks(String tool, Caller caller) {
		return List.of();
	}

}
