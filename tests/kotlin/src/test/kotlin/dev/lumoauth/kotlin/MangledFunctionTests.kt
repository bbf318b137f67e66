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

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration
import dev.lumoauth.spring.guard.GuardTermsFinder
import dev.lumoauth.spring.guard.GuardConfigurationException
import dev.lumoauth.spring.guard.GuardRuntime
import dev.lumoauth.spring.capability.RequiresCapability
import dev.lumoauth.spring.tool.ToolGuard
import dev.lumoauth.spring.user.OnBehalfOfUser
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.springframework.ai.tool.ToolCallback
import org.springframework.ai.tool.annotation.Tool
import org.springframework.ai.tool.method.MethodToolCallbackProvider
import org.springframework.aop.PointcutAdvisor
import org.springframework.aop.framework.ProxyFactory
import org.springframework.aop.support.AopUtils
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.context.ApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Scope
import org.springframework.context.annotation.ScopedProxyMode
import reactor.core.publisher.Mono
import java.net.URL
import java.util.function.Function

/**
 * Functions that Kotlin's compiler gives another name than their supertype's, for the
 * value class in their signature. Who calls the supertype's calls a bridge, which has no
 * annotation.
 */
@Timeout(60)
class MangledFunctionTests {

	private val application = GuardedApplication()

	@Test
	fun guardsByInterfaceAndByClass() {
		guards(RunsId(application), { (it as Runs<Id>).run(Id("a")) }, { it.run(Id("a")) })
		guards(RunsNullableId(application), { (it as Runs<Id?>).run(null) }, { it.run(Id("a")) })
		guards(RunsUInt(application), { (it as Runs<UInt>).run(1u) }, { it.run(1u) })
		guards(RunsNullableUInt(application), { (it as Runs<UInt?>).run(1u) }, { it.run(null) })
		guards(RunsResult(application), { (it as Runs<Result<String>>).run(Result.success("a")) },
			{ it.run(Result.success("a")) })
	}

	@Test
	fun guardsByWhatIsReturned() {
		guards(MakesUInt(application), { (it as Makes<UInt>).make() }, { it.make() }, expected = 7u)
		guards(MakesId(application), { (it as Makes<Id>).make() }, { it.make() }, expected = Id("made"))
		guards(MakesResult(application), { (it as Makes<Result<Int>>).make() }, { it.make() }, expected = Result.success(7))
	}

	@Test
	fun guardsProperties() {
		guards(HoldsUInt(application), { (it as Holds<UInt>).value }, { it.value }, expected = 7u)
		guards(HoldsUInt(application), { (it as Holds<UInt>).value = 1u }, { it.value = 1u }, expected = Unit)
	}

	@Test
	fun guardsByAnAbstractClass() =
		guards(OfAbstract(application), { (it as Abstract<Id, UInt>).run(Id("a"), 1u) }, { it.run(Id("a"), 1u) })

	@Test
	fun guardsWhatAnotherClassInherits() {
		guards(Inherits(application), { (it as Runs<Id>).run(Id("a")) }, { it.run(Id("a")) })
		guards(InheritsFromAnnotated(application), { (it as Runs<Id>).run(Id("a")) }, { it.run(Id("a")) })
		guards(Overrides(application), { (it as Runs<Id>).run(Id("a")) }, { (it as RunsId).run(Id("a")) }, { it.run(Id("a")) })
	}

	@Test
	fun guardsByTheAnnotationOfASupertype() {
		guards(ByGenericInterface(application), { (it as Asks<Id>).run(Id("a")) }, { it.run(Id("a")) })
		guards(ByInterfaceOfIds(application), { (it as Runs<Id>).run(Id("a")) }, { (it as AsksIds).run(Id("a")) },
			{ it.run(Id("a")) })
		guards(ByDefault(application), { (it as Runs<Id>).run(Id("a")) }, { (it as AsksByDefault).run(Id("a")) },
			{ it.run(Id("a")) })
		guards(OfGenericClass(application), { (it as Runs<Id>).run(Id("a")) }, { (it as Generic<Id>).run(Id("a")) },
			{ it.run(Id("a")) })
	}

	@Test
	fun guardsInternalFunctions() =
		guards(OfInternal(application), { (it as Internal<Id>).run(Id("a")) }, { it.run(Id("a")) })

	@Test
	fun guardsFunctionTypes() {
		guards(JavaFunction(application), { (it as Function<UInt, String>).apply(1u) }, { it.apply(1u) })
		guards(KotlinFunction(application), { (it as (UInt) -> String)(1u) }, { it.invoke(1u) })
	}

	/** Whose functions have other names in Java. */
	@Test
	fun guardsCollections() {
		guards(Names(application), { (it as Collection<String>).size }, { it.size }, expected = 7)
		guards(Names(application), { (it as List<String>)[0] }, { it[0] })
		guards(Ids(application), { (it as Collection<Id>).size }, { it.size }, expected = 7)
		guards(Ids(application), { (it as MutableList<Id>).removeAt(0) }, { it.removeAt(0) }, expected = Id("removed"))
		guards(Ids(application), { (it as Collection<Id>).contains(Id("a")) }, { it.contains(Id("a")) }, expected = true)
	}

	/** The proxy inherits what is final of them, which calls what is not. */
	@Test
	fun guardsCollectionsByTheirClassAndTheirBeanMethod() {
		guards(AnnotatedNames(application), { (it as Collection<String>).size }, { it.size }, expected = 7)
		application.with(MakesNames::class.java, PlainNames::class.java) {
			application.guards(7) { (it as Collection<String>).size }
			application.guards("ran") { (it as List<String>)[0] }
		}
	}

	/** Each function that the bridge may call, by its name. */
	@Test
	fun guardsWithoutTheClassFile() {
		val loader = WithoutClassFiles()
		val finder = GuardTermsFinder()
		val type = loader.loadClass(RunsId::class.java.name)
		val bridge = type.getMethod("run", Any::class.java)
		assertThat(finder.find(bridge, type)!!.requirement()!!.capabilities()).containsExactly("read:documents")
		val overloads = loader.loadClass(Overloads::class.java.name)
		assertThat(catchThrowable { finder.find(overloads.getMethod("run", Any::class.java), overloads) })
			.isInstanceOf(GuardConfigurationException::class.java)
			.hasMessageContainingAll("read:documents", "read:names")
	}

	private class WithoutClassFiles : ClassLoader(MangledFunctionTests::class.java.classLoader) {

		override fun loadClass(name: String, resolve: Boolean): Class<*> {
			if (!name.startsWith(MangledFunctionTests::class.java.name)) {
				return super.loadClass(name, resolve)
			}
			return findLoadedClass(name) ?: parent.getResourceAsStream(name.replace('.', '/') + ".class").use {
				val bytes = it!!.readAllBytes()
				defineClass(name, bytes, 0, bytes.size)
			}
		}

		override fun getResource(name: String): URL? = null

	}

	@Test
	fun guardsBehindAProxyOfTheInterfaces() {
		application.runner.run { context ->
			val factory = ProxyFactory(OfInterfaces(application))
			factory.setInterfaces(Runs::class.java, Makes::class.java)
			factory.addAdvisors(*context.getBeanProvider(PointcutAdvisor::class.java).orderedStream().toList().toTypedArray())
			guardsOfInterfaces(factory.proxy)
		}
		application.runner.withBean(GuardedApplication::class.java, { application })
			.withUserConfiguration(OfInterfaces::class.java)
			.run { context -> guardsOfInterfaces(context.getBean("mangledFunctionTests.OfInterfaces")) }
	}

	@Suppress("UNCHECKED_CAST")
	private fun guardsOfInterfaces(bean: Any) {
		assertThat(AopUtils.isJdkDynamicProxy(bean)).isTrue()
		application.guards("ran") { (bean as Runs<Id>).run(Id("a")) }
		application.actsForTheUser(Id("made")) { (bean as Makes<Id>).make() }
	}

	@Test
	fun guardsEachOverloadByItsOwn() {
		application.with(Overloads::class.java, { Overloads(application) }) {
			application.guards("ran") { (it as Runs<Id>).run(Id("a")) }
			application.guards("ran") { it.run(Id("a")) }
			application.guards("ran name", "read:names") { it.run(Name("a")) }
		}
	}

	/**
	 * Spring takes the bridge for the overload whose name it has, and calls that one.
	 */
	@Test
	fun runsNoOverloadWithAnothersCapability() {
		application.with(MixedOverloads::class.java, { MixedOverloads(application) }) {
			application.guards("ran") { it.run(Id("a")) }
			application.guards("ran number", "read:numbers") { it.run(1) }
			application.decisions.granted = false
			application.ran.clear()
			assertThat(catchThrowable { (it as Runs<Id>).run(Id("a")) }).isNotNull()
			assertThat(application.ran).isEmpty()
		}
	}

	@Test
	fun actsForTheUserByInterfaceAndByClass() {
		application.with(ForUser::class.java, { ForUser(application) }) {
			application.actsForTheUser("ran") { (it as Runs<Id>).run(Id("a")) }
			application.actsForTheUser("ran") { it.run(Id("a")) }
		}
		application.with(ForUserByInterface::class.java, { ForUserByInterface(application) }) {
			application.actsForTheUser("ran") { (it as Acts<Id>).run(Id("a")) }
			application.actsForTheUser("ran") { it.run(Id("a")) }
		}
	}

	@Test
	fun guardsSuspendFunctionsByClass() {
		guardsLater(RunsLater(application)) { it.run(Id("a")) }
		guardsLater(MakesLater(application), expected = 7u) { it.make() }
	}

	@Test
	fun refusesASuspendFunctionThatActsForTheUser() {
		assertThat(application.refusesToStart(ForUserLater::class.java).description).contains("acts for the user and is a suspend function")
	}

	@Test
	fun refusesAFinalFunction() {
		val refusal = application.refusesToStart(FinalRuns::class.java)
		assertThat(refusal.description).contains("run-", "is final", "no guard can stand around it")
	}

	@Test
	fun refusesABeanThatIsPutIntoTheContextByHand() {
		application.runner.withInitializer { it.beanFactory.registerSingleton("bean", ByGenericInterface(application)) }
			.run { context ->
				assertThat(context).hasFailed()
				assertThat(context.startupFailure).hasMessageContainingAll("'bean' is not guarded", "run-")
			}
	}

	@Test
	fun notesEachFunctionOnceAtStart() {
		application.runner.withBean("bean", Overloads::class.java, { Overloads(application) }).run { context ->
			val noted = context.getBean(GuardRuntime::class.java).register().all()
			assertThat(noted.map { it.requirement()!!.capabilities() to it.name().substringBefore("-") })
				.containsExactlyInAnyOrder(listOf("read:documents") to "bean.run", listOf("read:names") to "bean.run")
		}
	}

	@Test
	fun asksWhenAMonoIsSubscribedTo() {
		application.with(Defers::class.java, { Defers(application) }) {
			application.decisions.granted = true
			val mono = (it as Runs2<Id, Any>).run(Id("a")) as Mono<*>
			application.guards("ran") { mono.block() }
		}
	}

	@Test
	fun guardsTools() = tools { context, guard ->
		val bean = context.getBean(Tools::class.java)
		val tools = callbacks(guard, bean)
		assertThat(tools.keys).containsExactlyInAnyOrder("search", "count", "mail")
		application.guards("ran") { (bean as Runs<Id>).run(Id("a")) }
		application.guards("ran") { (bean as Counts<UInt>).count(1u) }
		application.actsForTheUser("ran") { (bean as Mails<Id>).mail(Id("a")) }
		guardsTools(tools)
	}

	@Test
	fun guardsToolsOfAnObjectThatIsNoBean() = tools { _, guard -> guardsTools(callbacks(guard, Tools(application))) }

	private fun guardsTools(tools: Map<String, ToolCallback>) {
		listOf("search", "count").forEach { name ->
			application.ran.clear()
			application.decisions.granted = false
			assertThat(call(tools[name]!!)).isEqualTo("Error: agent lacks 'read:documents' capability.")
			assertThat(application.ran).isEmpty()
			application.decisions.granted = true
			assertThat(call(tools[name]!!)).isEqualTo("\"ran\"")
			assertThat(application.ran).hasSize(1)
		}
		application.ran.clear()
		application.signedIn = false
		assertThat(call(tools["mail"]!!)).isEqualTo("Error: this tool acts for a user, and no user is signed in.")
		assertThat(application.ran).isEmpty()
		application.signedIn = true
		assertThat(call(tools["mail"]!!)).isEqualTo("\"ran\"")
	}

	/** The compiler gives a parameter of a value class another name, too. */
	private fun call(tool: ToolCallback): String {
		val parameter = Regex("\"properties\"\\s*:\\s*\\{\\s*\"([^\"]+)\"").find(tool.toolDefinition.inputSchema())!!.groupValues[1]
		return tool.call("""{"$parameter":"1"}""")
	}

	private fun callbacks(guard: ToolGuard, tools: Any): Map<String, ToolCallback> =
		guard.guard(MethodToolCallbackProvider.builder().toolObjects(tools).build().toolCallbacks.toList())
			.associateBy { it.toolDefinition.name() }

	private fun tools(use: (ApplicationContext, ToolGuard) -> Unit) {
		application.runner.withConfiguration(AutoConfigurations.of(LumoAuthToolAutoConfiguration::class.java))
			.withBean("tools", Tools::class.java, { Tools(application) })
			.run { context ->
				assertThat(context).hasNotFailed()
				use(context, context.getBean(ToolGuard::class.java))
			}
	}

	private fun <T : Any> guards(bean: T, vararg calls: (T) -> Any?, expected: Any? = "ran") {
		application.with(bean.javaClass, { bean }) {
			calls.forEach { call -> application.guards(expected) { call(it) } }
		}
	}

	private fun <T : Any> guardsLater(bean: T, expected: Any? = "ran", call: suspend (T) -> Any?) {
		application.with(bean.javaClass, { bean }) { application.guards(expected) { call(it) } }
	}

	@JvmInline
	value class Id(val value: String)

	@JvmInline
	value class Name(val value: String)

	interface Runs<T> {

		fun run(x: T): String

	}

	interface Makes<T> {

		fun make(): T

	}

	interface Holds<T> {

		var value: T

	}

	abstract class Abstract<A, B> {

		abstract fun run(x: A, y: B): String

	}

	interface Runs2<A, B> {

		fun run(x: A): B

	}

	open class RunsId(private val application: GuardedApplication) : Runs<Id> {

		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

	}

	open class RunsNullableId(private val application: GuardedApplication) : Runs<Id?> {

		@RequiresCapability("read:documents")
		override fun run(x: Id?) = application.runs("ran")

	}

	open class RunsUInt(private val application: GuardedApplication) : Runs<UInt> {

		@RequiresCapability("read:documents")
		override fun run(x: UInt) = application.runs("ran")

	}

	open class RunsNullableUInt(private val application: GuardedApplication) : Runs<UInt?> {

		@RequiresCapability("read:documents")
		override fun run(x: UInt?) = application.runs("ran")

	}

	open class RunsResult(private val application: GuardedApplication) : Runs<Result<String>> {

		@RequiresCapability("read:documents")
		override fun run(x: Result<String>) = application.runs("ran")

	}

	open class MakesUInt(private val application: GuardedApplication) : Makes<UInt> {

		@RequiresCapability("read:documents")
		override fun make() = application.runs(7u)

	}

	open class MakesId(private val application: GuardedApplication) : Makes<Id> {

		@RequiresCapability("read:documents")
		override fun make() = application.runs(Id("made"))

	}

	open class MakesResult(private val application: GuardedApplication) : Makes<Result<Int>> {

		@RequiresCapability("read:documents")
		override fun make() = application.runs(Result.success(7))

	}

	open class HoldsUInt(private val application: GuardedApplication) : Holds<UInt> {

		@get:RequiresCapability("read:documents")
		@set:RequiresCapability("read:documents")
		override var value: UInt
			get() = application.runs(7u)
			set(_) {
				application.runs(Unit)
			}

	}

	open class OfAbstract(private val application: GuardedApplication) : Abstract<Id, UInt>() {

		@RequiresCapability("read:documents")
		override fun run(x: Id, y: UInt) = application.runs("ran")

	}

	open class Plain(private val application: GuardedApplication) {

		@RequiresCapability("read:documents")
		open fun run(x: Id) = application.runs("ran")

	}

	open class Inherits(application: GuardedApplication) : Plain(application), Runs<Id>

	@RequiresCapability("read:documents")
	open class Annotated(private val application: GuardedApplication) {

		open fun run(x: Id) = application.runs("ran")

	}

	open class InheritsFromAnnotated(application: GuardedApplication) : Annotated(application), Runs<Id>

	open class Overrides(private val application: GuardedApplication) : RunsId(application) {

		override fun run(x: Id) = application.runs("ran")

	}

	interface Asks<T> {

		@RequiresCapability("read:documents")
		fun run(x: T): String

	}

	open class ByGenericInterface(private val application: GuardedApplication) : Asks<Id> {

		override fun run(x: Id) = application.runs("ran")

	}

	interface AsksIds : Runs<Id> {

		@RequiresCapability("read:documents")
		override fun run(x: Id): String

	}

	open class ByInterfaceOfIds(private val application: GuardedApplication) : AsksIds {

		override fun run(x: Id) = application.runs("ran")

	}

	interface AsksByDefault : Runs<Id> {

		val application: GuardedApplication

		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

	}

	open class ByDefault(override val application: GuardedApplication) : AsksByDefault

	open class Generic<T>(private val application: GuardedApplication) : Runs<T> {

		@RequiresCapability("read:documents")
		override fun run(x: T) = application.runs("ran")

	}

	open class OfGenericClass(private val application: GuardedApplication) : Generic<Id>(application) {

		override fun run(x: Id) = application.runs("ran")

	}

	open class Internal<T>(private val application: GuardedApplication) {

		internal open fun run(x: T) = application.runs("ran")

	}

	open class OfInternal(private val application: GuardedApplication) : Internal<Id>(application) {

		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

	}

	open class JavaFunction(private val application: GuardedApplication) : Function<UInt, String> {

		@RequiresCapability("read:documents")
		override fun apply(x: UInt) = application.runs("ran")

	}

	open class KotlinFunction(private val application: GuardedApplication) : (UInt) -> String {

		@RequiresCapability("read:documents")
		override fun invoke(x: UInt) = application.runs("ran")

	}

	open class Names(private val application: GuardedApplication) : AbstractList<String>() {

		override val size: Int
			@RequiresCapability("read:documents") get() = application.runs(7)

		@RequiresCapability("read:documents")
		override fun get(index: Int) = application.runs("ran")

	}

	@RequiresCapability("read:documents")
	open class AnnotatedNames(private val application: GuardedApplication) : AbstractList<String>() {

		override val size: Int get() = application.runs(7)

		override fun get(index: Int) = application.runs("ran")

	}

	open class PlainNames(private val application: GuardedApplication) : AbstractList<String>() {

		override val size: Int get() = application.runs(7)

		override fun get(index: Int) = application.runs("ran")

	}

	@Configuration(proxyBeanMethods = false)
	class MakesNames {

		@Bean
		@RequiresCapability("read:documents")
		fun names(application: GuardedApplication) = PlainNames(application)

	}

	open class Ids(private val application: GuardedApplication) : AbstractMutableList<Id>() {

		override val size: Int
			@RequiresCapability("read:documents") get() = application.runs(7)

		override fun get(index: Int) = Id("got")

		override fun set(index: Int, element: Id) = element

		override fun add(index: Int, element: Id) = Unit

		@RequiresCapability("read:documents")
		override fun removeAt(index: Int) = application.runs(Id("removed"))

		@RequiresCapability("read:documents")
		override fun contains(element: Id) = application.runs(true)

	}

	@Scope(proxyMode = ScopedProxyMode.INTERFACES)
	open class OfInterfaces(private val application: GuardedApplication) : Runs<Id>, Makes<Id> {

		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

		@OnBehalfOfUser
		override fun make() = application.runs(Id("made"))

	}

	open class Overloads(private val application: GuardedApplication) : Runs<Id> {

		@RequiresCapability("read:names")
		open fun run(x: Name) = application.runs("ran name")

		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

	}

	open class MixedOverloads(private val application: GuardedApplication) : Runs<Id> {

		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

		@RequiresCapability("read:numbers")
		open fun run(x: Int) = application.runs("ran number")

	}

	open class ForUser(private val application: GuardedApplication) : Runs<Id> {

		@OnBehalfOfUser
		override fun run(x: Id) = application.runs("ran")

	}

	interface Acts<T> {

		@OnBehalfOfUser
		fun run(x: T): String

	}

	open class ForUserByInterface(private val application: GuardedApplication) : Acts<Id> {

		override fun run(x: Id) = application.runs("ran")

	}

	interface Later<T> {

		suspend fun run(x: T): String

	}

	open class RunsLater(private val application: GuardedApplication) : Later<Id> {

		@RequiresCapability("read:documents")
		override suspend fun run(x: Id) = withContext(Dispatchers.Default) { application.runs("ran") }

	}

	interface LaterMade<T> {

		suspend fun make(): T

	}

	open class MakesLater(private val application: GuardedApplication) : LaterMade<UInt> {

		@RequiresCapability("read:documents")
		override suspend fun make() = withContext(Dispatchers.Default) { application.runs(7u) }

	}

	open class ForUserLater : Later<Id> {

		@OnBehalfOfUser
		override suspend fun run(x: Id) = "ran"

	}

	open class FinalRuns : Runs<Id> {

		@RequiresCapability("read:documents")
		final override fun run(x: Id) = "ran"

	}

	interface Counts<T> {

		@RequiresCapability("read:documents")
		fun count(x: T): String

	}

	interface Mails<T> {

		@OnBehalfOfUser
		fun mail(x: T): String

	}

	open class Tools(private val application: GuardedApplication) : Runs<Id>, Counts<UInt>, Mails<Id> {

		@Tool(name = "search", description = "Search")
		@RequiresCapability("read:documents")
		override fun run(x: Id) = application.runs("ran")

		@Tool(name = "count", description = "Count")
		override fun count(x: UInt) = application.runs("ran")

		@Tool(name = "mail", description = "Mail")
		override fun mail(x: Id) = application.runs("ran")

	}

	open class Defers(private val application: GuardedApplication) : Runs2<Id, Any> {

		@RequiresCapability("read:documents")
		override fun run(x: Id): Mono<String> = Mono.fromCallable { application.runs("ran") }

	}

}
