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

package dev.lumoauth.kotlin

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration
import dev.lumoauth.spring.capability.CapabilityDecision
import dev.lumoauth.spring.capability.CapabilityDecisions
import dev.lumoauth.spring.capability.CapabilityDeniedException
import dev.lumoauth.spring.capability.CapabilityRequirement
import dev.lumoauth.spring.guard.GuardConfigurationException
import dev.lumoauth.spring.user.CurrentUser
import dev.lumoauth.spring.user.UserRequiredException
import dev.lumoauth.spring.user.UserToken
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import java.util.concurrent.CopyOnWriteArrayList

/**
 * An application whose capabilities a test grants and takes away, and what ran in it.
 */
class GuardedApplication {

	val ran = CopyOnWriteArrayList<String>()

	val decisions = Decisions()

	@Volatile
	var signedIn = false

	val runner: ApplicationContextRunner = ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration::class.java))
		.withBean(CapabilityDecisions::class.java, { decisions })
		.withBean(CurrentUser::class.java, { CurrentUser { if (signedIn) UserToken.of("token-of-alice") else null } })

	fun <T : Any> with(type: Class<T>, bean: () -> T, use: (T) -> Unit) {
		runner.withBean("bean", type, bean).run { context ->
			assertThat(context).hasNotFailed()
			use(context.getBean(type))
		}
	}

	fun <T : Any> with(configuration: Class<*>, type: Class<T>, use: (T) -> Unit) {
		runner.withBean(GuardedApplication::class.java, { this }).withUserConfiguration(configuration).run { context ->
			assertThat(context).hasNotFailed()
			use(context.getBean(type))
		}
	}

	fun refusesToStart(type: Class<*>): GuardConfigurationException {
		var refusal: GuardConfigurationException? = null
		runner.withBean(GuardedApplication::class.java, { this }).withUserConfiguration(type).run { context ->
			assertThat(context).hasFailed()
			assertThat(context.startupFailure).rootCause().isInstanceOf(GuardConfigurationException::class.java)
			refusal = generateSequence(context.startupFailure) { it.cause }.last() as GuardConfigurationException
		}
		return refusal!!
	}

	fun <T> runs(result: T): T {
		ran.add(result.toString())
		return result
	}

	/**
	 * That a call is refused before any of it ran, and runs when the capability is there.
	 */
	fun guards(expected: Any?, capability: String = "read:documents", call: suspend () -> Any?) {
		decisions.granted = false
		ran.clear()
		val failure = catchThrowable { runBlocking { call() } }
		assertThat(failure).isInstanceOf(CapabilityDeniedException::class.java)
			.hasMessage("agent lacks '$capability' capability.")
		assertThat(ran).isEmpty()
		decisions.granted = true
		assertThat(runBlocking { call() }).isEqualTo(expected)
		assertThat(ran).hasSize(1)
	}

	/**
	 * That a call is refused before any of it ran, and runs when there is a user.
	 */
	fun actsForTheUser(expected: Any?, call: () -> Any?) {
		signedIn = false
		ran.clear()
		assertThat(catchThrowable { call() }).isInstanceOf(UserRequiredException::class.java)
		assertThat(ran).isEmpty()
		signedIn = true
		assertThat(call()).isEqualTo(expected)
		assertThat(ran).hasSize(1)
	}

	class Decisions : CapabilityDecisions {

		@Volatile
		var granted = false

		/** Whether the answer is remembered, so that nobody has to wait for it. */
		@Volatile
		var known = false

		/** The threads that waited for an answer. */
		val waiting = CopyOnWriteArrayList<Thread>()

		override fun decide(requirement: CapabilityRequirement): CapabilityDecision {
			waiting.add(Thread.currentThread())
			return answer(requirement)
		}

		private fun answer(requirement: CapabilityRequirement) =
			if (granted) CapabilityDecision.ALLOW else CapabilityDecision.deny(requirement.capabilities())

		override fun known(requirement: CapabilityRequirement) = if (known) answer(requirement) else null

		override fun decideEach(capabilities: Collection<String>) =
			capabilities.associateWith { decide(CapabilityRequirement.of(it)) }

		override fun invalidate() = Unit

		override fun invalidate(capability: String) = Unit

	}

}
