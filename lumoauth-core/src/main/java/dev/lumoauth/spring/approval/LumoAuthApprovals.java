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

package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.util.List;

import dev.lumoauth.spring.user.UserScope;
import org.jspecify.annotations.Nullable;

/**
 * What an agent asks people for. Guarded calls ask by themselves; application code asks
 * here about what no annotation can say, looks at what waits, and goes on with what was
 * approved.
 * <p>
 * Thread-safe. Methods that ask LumoAuth throw
 * {@link dev.lumoauth.spring.LumoAuthUnavailableException}, or a subclass that says more,
 * when there is no answer: never an approval.
 *
 * @since 0.1.0
 */
public interface LumoAuthApprovals {

	/**
	 * Ask a person to approve something, for the user on this thread. The same request
	 * asked again gives the one that is there.
	 * @param tool the name of what is to be done
	 * @param arguments with what; the person sees them
	 * @param rule the reason, with placeholders for the arguments, and the impact
	 * @return the request as it stands
	 * @throws NobodyToAskException if nobody can be asked
	 * @throws IllegalArgumentException if an argument is no JSON
	 */
	Approval request(String tool, CallArguments arguments, ApprovalRule rule);

	/**
	 * Return what waits for a person, and what was approved and has not run. Asks nobody.
	 * @return at most 1,000, those asked for first first
	 */
	List<Approval> pending();

	/**
	 * Return the calls that have begun and of which the end is not known: they run, or
	 * the process that ran them has died. None of them runs again by itself. Asks nobody.
	 * @return at most 1,000, those asked for first first
	 */
	List<Approval> undecided();

	/**
	 * Return how a request stands. LumoAuth is asked if it waits, and was not asked
	 * within the channel's interval.
	 * @param id its id
	 * @return the request
	 * @throws IllegalArgumentException if there is none of that id
	 */
	Approval status(String id);

	/**
	 * Have LumoAuth asked now how a request stands, since something says that it is
	 * decided: LumoAuth's call at {@code lumoauth.approvals.callback-url}, whose
	 * {@code request_id} goes here. Nothing else of what was said counts: anybody may say
	 * it.
	 * @param reference the id of a request at LumoAuth; one that is not known, or does
	 * not wait, is ignored
	 */
	void notified(String reference);

	/**
	 * Take a request back, so that it can't run any more. Of one that has begun to run,
	 * it says that a person has looked at what the call did: the same call may then ask
	 * anew.
	 * @param id its id
	 * @return the request, cancelled; or as it stands, if it was over already
	 * @throws IllegalArgumentException if there is none of that id
	 * @throws IllegalStateException if it runs in this process now
	 */
	Approval cancel(String id);

	/**
	 * Wait for a decision. Holds the thread.
	 * @param id the id of the request
	 * @param atMost how long
	 * @return the request as it stands then: {@code PENDING} if nobody has decided
	 * @throws IllegalArgumentException if there is none of that id
	 */
	Approval await(String id, Duration atMost);

	/**
	 * Run the call of a request, as the caller who made it, through the guard once more.
	 * In the process that made the call everything is there. In another one a tool is
	 * found by its name, and the user has to be there on this thread.
	 * @param id the id of the request
	 * @return what the call gave: of a tool what a model reads, of a method its result.
	 * Of one that has run before, what was kept of its result
	 * @throws ApprovalException if it is not approved, or not any more
	 * @throws IllegalArgumentException if there is none of that id
	 * @throws IllegalStateException if the call isn't known in this process, and is of no
	 * tool that can be found by its name
	 */
	@Nullable Object resume(String id);

	/**
	 * Run what {@link #request} asked for, once, if it is approved.
	 * @param id the id of the request
	 * @param action what was approved
	 * @param <T> what the action gives
	 * @param <E> what the action throws
	 * @return what the action gave
	 * @throws E what the action threw
	 * @throws ApprovalException if it is not approved, or has run before
	 */
	<T extends @Nullable Object, E extends Throwable> T run(String id, UserScope.Action<T, E> action) throws E;

}
